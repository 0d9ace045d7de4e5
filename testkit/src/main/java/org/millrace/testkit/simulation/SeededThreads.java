package org.millrace.testkit.simulation;

import java.lang.reflect.Constructor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.millrace.testkit.simulation.Faults.Fault;

/**
 * Virtual threads that run one at a time on the caller of {@link #step}, chosen by a seed, in
 * simulated time. Each belongs to a group, a server; a group that is killed never runs again,
 * wherever it was.
 *
 * <p>Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}: the scheduler of a virtual thread
 * is the JDK's own test hook.
 */
final class SeededThreads {
  private static final Constructor<?> BUILDER = builderOfVirtualThreads();

  private final Random random;
  private final Faults faults;
  private final List<Entry> ready = new ArrayList<>();
  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
  private final Set<String> killed = new HashSet<>();
  private final List<Throwable> defects = new ArrayList<>();
  private long now;
  private long order;
  private long turns;
  private long trace = 17;

  private record Entry(String group, String name, Runnable turn) {}

  /** Wakes its thread when it is due, unless that has been woken otherwise. */
  private static final class Alarm implements Comparable<Alarm> {
    private final long due;
    private final long order;
    private final Thread thread = Thread.currentThread();
    private boolean over;

    Alarm(long due, long order) {
      this.due = due;
      this.order = order;
    }

    @Override
    public int compareTo(Alarm other) {
      int byTime = Long.compare(due, other.due);
      return byTime == 0 ? Long.compare(order, other.order) : byTime;
    }
  }

  SeededThreads(Random random, Faults faults) {
    this.random = random;
    this.faults = faults;
  }

  /** Simulated milliseconds since the beginning. */
  long now() {
    return now;
  }

  long turns() {
    return turns;
  }

  /** Depends on every choice made so far: equal for equal runs. */
  long trace() {
    return trace;
  }

  /** What threads ended with that nobody caught. */
  List<Throwable> defects() {
    return defects;
  }

  /**
   * One turn of one thread; with nothing ready, time jumps to the next alarm. False if nothing will
   * ever happen.
   */
  boolean step() {
    if (ready.isEmpty()) {
      Alarm alarm = nextAlarm();
      if (alarm == null) {
        return false;
      }
      now = Math.max(now, alarm.due);
      LockSupport.unpark(alarm.thread);
    }
    if (!ready.isEmpty()) {
      Entry entry = ready.remove(random.nextInt(ready.size()));
      turns++;
      trace = trace * 31 + entry.name().hashCode() + now;
      entry.turn().run();
    }
    return true;
  }

  private @Nullable Alarm nextAlarm() {
    Alarm next = alarms.poll();
    while (next != null && next.over) {
      next = alarms.poll();
    }
    return next;
  }

  /** Until it is woken, or the time has come. */
  private void parkUntil(long due) {
    var alarm = new Alarm(due, order++);
    alarms.add(alarm);
    LockSupport.park(this);
    alarm.over = true;
  }

  /** Nothing of this group runs again. */
  void kill(String group) {
    killed.add(group);
    ready.removeIf(entry -> entry.group().equals(group));
  }

  /** Threads of a group, as the engine takes them. */
  Threads of(String group) {
    return new Group(group);
  }

  /**
   * Waits in simulated time; interruption stays pending, as in a store that must finish what it
   * began.
   */
  @SuppressWarnings("ThreadPriorityCheck") // here the thread scheduler is ours, and relied upon
  void pause(long millis) {
    boolean interrupted = Thread.interrupted();
    long until = now + millis;
    if (millis == 0) {
      Thread.yield();
    }
    while (now < until) {
      parkUntil(until);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sleeps in simulated time; obeys interruption. */
  void sleep(long millis) throws InterruptedException {
    long until = now + Math.max(0, millis);
    while (now < until) {
      throwIfInterrupted();
      parkUntil(until);
    }
    throwIfInterrupted();
  }

  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private final class Group implements Threads {
    private final String group;

    private Group(String group) {
      this.group = group;
    }

    @Override
    public Running start(String name, Runnable body) {
      String full = group + "/" + name;
      SimulatedBell ended = new SimulatedBell();
      Executor scheduler =
          turn -> {
            if (!killed.contains(group)) {
              ready.add(new Entry(group, full, turn));
            }
          };
      Thread thread =
          builder(scheduler)
              .name(full)
              .uncaughtExceptionHandler((_, defect) -> defects.add(defect))
              .start(() -> {
                try {
                  body.run();
                } finally {
                  ended.ring();
                }
              });
      return new Running() {
        @Override
        public void interrupt() {
          thread.interrupt();
        }

        @Override
        public boolean join(Duration most) throws InterruptedException {
          return ended.await(0, most) > 0;
        }
      };
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      SeededThreads.this.sleep(duration.toMillis());
    }

    @Override
    public Bell bell() {
      return new SimulatedBell() {
        @Override
        public void ring() {
          if (!faults.strikes(Fault.LOST_WAKE_UP, 10)) {
            super.ring();
          }
        }
      };
    }
  }

  /** A bell in simulated time. */
  private class SimulatedBell implements Bell {
    private final List<Thread> waiting = new ArrayList<>();
    private long rings;

    @Override
    public long rings() {
      return rings;
    }

    @Override
    public void ring() {
      rings++;
      waiting.forEach(LockSupport::unpark);
      waiting.clear();
    }

    @Override
    public long await(long heard, Duration most) throws InterruptedException {
      long until = now + most.toMillis();
      while (rings <= heard && now < until) {
        throwIfInterrupted();
        waiting.add(Thread.currentThread());
        parkUntil(until);
      }
      throwIfInterrupted();
      return rings;
    }
  }

  private static Thread.Builder.OfVirtual builder(Executor scheduler) {
    try {
      return (Thread.Builder.OfVirtual) BUILDER.newInstance(scheduler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a virtual thread on a scheduler of our own", e);
    }
  }

  private static Constructor<?> builderOfVirtualThreads() {
    try {
      Constructor<?> constructor =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "simulations need --add-opens java.base/java.lang=ALL-UNNAMED", e);
    }
  }
}
