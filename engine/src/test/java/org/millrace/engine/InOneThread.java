package org.millrace.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;

/** What would be done in a thread is done at once; sleeping takes no time. */
public final class InOneThread implements Threads {
  public final List<Duration> slept = new ArrayList<>();
  public Runnable whenSlept = () -> {};

  @Override
  public Running start(String name, Runnable body) {
    body.run();
    return new Running() {
      @Override
      public void interrupt() {}

      @Override
      public boolean join(Duration most) {
        return true;
      }
    };
  }

  @Override
  public void sleep(Duration duration) {
    slept.add(duration);
    whenSlept.run();
  }

  @Override
  public Bell bell() {
    return new Silent();
  }

  private static final class Silent implements Bell {
    @Override
    public long rings() {
      return 0;
    }

    @Override
    public void ring() {
      // nobody waits in one thread
    }

    @Override
    public long await(long heard, Duration most) {
      throw new AssertionError("nobody waits in one thread");
    }
  }
}
