package org.millrace.runtimes.local;

import java.time.Duration;
import java.util.Optional;
import org.millrace.domain.task.ExecutorResult.Usage;

/**
 * How an executor ended, as the supervisor noted it.
 *
 * @param start seconds since the machine started
 * @param end seconds since the machine started
 * @param killedForMemory processes that the kernel killed because memory ran out
 */
record ExitRecord(int code, double start, double end, Usage usage, int killedForMemory) {

  private static final double LONGEST_UPTIME_SECONDS = 1e10;

  /**
   * Reads {@code code start end cpu peak oom measured-by}; a dash stands for what is not known.
   * Empty for anything else: a full disk or a power failure may have cut or damaged the line.
   */
  static Optional<ExitRecord> parse(String line) {
    String[] words = line.split(" ", -1);
    try {
      return words.length == 7
          ? Optional.of(parse(words)).filter(record -> isTime(record.start) && isTime(record.end))
          : Optional.empty();
    } catch (IllegalArgumentException | ArithmeticException damaged) {
      return Optional.empty();
    }
  }

  private static boolean isTime(double seconds) {
    return seconds >= 0 && seconds < LONGEST_UPTIME_SECONDS;
  }

  private static ExitRecord parse(String[] words) {
    String by = words[6];
    Optional<Duration> cpu =
        number(words[3])
            .map(count ->
                by.equals("v1")
                    ? Duration.ofNanos(count)
                    : Duration.ofNanos(Math.multiplyExact(count, 1000)));
    return new ExitRecord(
        Integer.parseInt(words[0]),
        Double.parseDouble(words[1]),
        Double.parseDouble(words[2]),
        new Usage(cpu, number(words[4]), by.equals("none") ? by : "cgroup-" + by),
        number(words[5]).map(Long::intValue).orElse(0));
  }

  private static Optional<Long> number(String word) {
    return word.equals("-") || word.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(word));
  }
}
