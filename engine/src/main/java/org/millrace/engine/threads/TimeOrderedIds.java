package org.millrace.engine.threads;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.millrace.domain.task.TaskId;

/**
 * Ids of 128 bit: 48 of time in milliseconds, 80 of chance, counted up within a millisecond.
 * Thread-safe.
 */
public final class TimeOrderedIds implements Ids {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 26;

  private final InstantSource clock;
  private final RandomGenerator chance;
  private final ReentrantLock lock = new ReentrantLock();
  private long millis;
  private BigInteger low = BigInteger.ZERO;

  public TimeOrderedIds(InstantSource clock, RandomGenerator chance) {
    this.clock = clock;
    this.chance = chance;
  }

  @Override
  public TaskId next() {
    lock.lock();
    try {
      long now = clock.millis();
      if (now > millis) {
        millis = now;
        low = new BigInteger(79, Random.from(chance)); // the highest bit stays free to count into
      } else {
        low = low.add(BigInteger.ONE);
      }
      return new TaskId(text(BigInteger.valueOf(millis).shiftLeft(80).or(low)));
    } finally {
      lock.unlock();
    }
  }

  private static String text(BigInteger number) {
    char[] digits = new char[LENGTH];
    BigInteger rest = number;
    for (int i = LENGTH - 1; i >= 0; i--) {
      digits[i] = DIGITS.charAt(rest.intValue() & 31);
      rest = rest.shiftRight(5);
    }
    return new String(digits);
  }
}
