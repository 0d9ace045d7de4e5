package org.millrace.runtimes.local;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.millrace.runtimes.local.Journal.Begun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts supervisors, waits for them and stops them; those of this server and those of servers
 * before it. Thread-safe.
 */
final class Supervision {
  private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(25);
  private static final Duration KILL_EVERY = Duration.ofMillis(5);

  /** How long a supervisor may take from its start until the journal tells of it. */
  private static final Duration DECISION = Duration.ofSeconds(3);

  /** After this the supervisor is killed too, and what it has not noted is lost. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HostPrograms programs;
  private final Map<String, Process> children = new ConcurrentHashMap<>();

  Supervision(HostPrograms programs) {
    this.programs = programs;
  }

  /** How the work of a supervisor ended. */
  enum End {
    /** It noted all that was to be noted. */
    NOTED,
    /** It was gone before it was done. */
    GONE,
    /** It ended before it began anything. */
    NOT_BEGUN,
    /** The machine was started anew in between. */
    MACHINE_RESTARTED,
    /** A server had decided that it never starts. */
    CANCELLED,
    /** It should have started and did not; now it never will. */
    NEVER_STARTED,
    /** Nothing is left, not even a folder. */
    NOTHING_THERE
  }

  /**
   * Starts a prepared attempt's supervisor. A second one ends at once and has done nothing. What
   * another boot prepared is not started: it may have been, and its journal lost with the power.
   */
  void start(AttemptFolder attempt) throws IOException {
    if (attempt.isOfAnEarlierBoot()) {
      attempt.decideNever(Journal.RESTARTED);
      return;
    }
    children.put(attempt.name(), launch(attempt));
  }

  Process launch(AttemptFolder attempt) throws IOException {
    var builder =
        new ProcessBuilder(
            List.of(programs.path("setsid"), programs.path("sh"), attempt.script().toString()));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    builder.directory(new File("/"));
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  /** What is done while an attempt runs. */
  interface Meanwhile {

    /** How long between two looks. */
    Duration every();

    void look() throws InterruptedException;
  }

  /** Waits until an attempt is over; looks now and then. */
  End await(AttemptFolder attempt, Meanwhile meanwhile) throws InterruptedException {
    Duration every = meanwhile.every();
    Process child = children.get(attempt.name());
    if (child != null) {
      while (!child.waitFor(every.toMillis(), TimeUnit.MILLISECONDS)
          && !isEndToBelieve(attempt.journal())) {
        meanwhile.look();
      }
    }
    End end = awaitNoted(attempt, meanwhile, every, child != null);
    endSync(attempt);
    return end;
  }

  private End awaitNoted(
      AttemptFolder attempt, Meanwhile meanwhile, Duration every, boolean childEnded)
      throws InterruptedException {
    long next = System.nanoTime() + every.toNanos();
    Optional<End> end = look(attempt, childEnded);
    while (end.isEmpty()) {
      Thread.sleep(LOOK_EVERY);
      if (System.nanoTime() - next > 0) {
        meanwhile.look();
        next = System.nanoTime() + every.toNanos();
      }
      end = look(attempt, childEnded);
    }
    return end.get();
  }

  /**
   * A supervisor that has noted the end may still wait for the disk. Whoever collects now sees to
   * that itself, and many of them would wait for the same.
   */
  private static void endSync(AttemptFolder attempt) {
    if (attempt.journal().begun() instanceof Begun.By by
        && ProcessTree.isThisBoot(by.boot())
        && ProcessTree.isAlive(by.pid(), by.born())) {
      ProcessTree.kill(ProcessTree.below(by.pid()));
    }
  }

  /** How an attempt ended; empty while it goes on. */
  Optional<End> look(AttemptFolder attempt) throws InterruptedException {
    if (isEndToBelieve(attempt.journal())) {
      return Optional.of(End.NOTED); // it may still wait for the disk
    }
    Process child = children.get(attempt.name());
    return child != null && child.isAlive() ? Optional.empty() : look(attempt, child != null);
  }

  private Optional<End> look(AttemptFolder attempt, boolean childEnded)
      throws InterruptedException {
    if (isEndToBelieve(attempt.journal())) {
      return Optional.of(End.NOTED);
    }
    return switch (decided(attempt, !childEnded && attempt.exists())) {
      case Begun.NotYet() -> neverStarted(attempt);
      case Begun.Deciding() when attempt.isOfAnEarlierBoot() -> Optional.of(End.MACHINE_RESTARTED);
      case Begun.Deciding() -> Optional.of(childEnded ? End.NOT_BEGUN : End.GONE);
      case Begun.Never(String why) -> Optional.of(never(why));
      case Begun.By by when !ProcessTree.isThisBoot(by.boot()) ->
          Optional.of(End.MACHINE_RESTARTED);
      case Begun.By by when ProcessTree.isAlive(by.pid(), by.born()) -> Optional.empty();
      case Begun.By _ -> Optional.of(attempt.journal().ended() ? End.NOTED : End.GONE);
    };
  }

  /** After a power failure there may be less of what the attempt wrote than its journal says. */
  private static boolean isEndToBelieve(Journal journal) {
    return switch (journal.end()) {
      case NONE -> false;
      case SAFE -> true;
      case UNSAFE -> journal.begun() instanceof Begun.By by && ProcessTree.isThisBoot(by.boot());
    };
  }

  private static End never(String why) {
    return switch (why) {
      case Journal.CANCELLED -> End.CANCELLED;
      case Journal.RESTARTED -> End.MACHINE_RESTARTED;
      default -> End.NEVER_STARTED;
    };
  }

  /**
   * Who decides needs a moment between creating the journal and writing into it; and a supervisor
   * that a server started in its last moment needs one to come so far.
   *
   * @param mayCome whether such a one is to be expected
   */
  private static Begun decided(AttemptFolder attempt, boolean mayCome) throws InterruptedException {
    long end = System.nanoTime() + DECISION.toNanos();
    Begun begun = attempt.journal().begun();
    boolean past = attempt.isOfAnEarlierBoot(); // whose supervisors decide nothing any more
    while (!past && System.nanoTime() - end < 0 && isOpen(begun, mayCome)) {
      Thread.sleep(KILL_EVERY);
      begun = attempt.journal().begun();
    }
    return begun;
  }

  private static boolean isOpen(Begun begun, boolean mayCome) {
    return switch (begun) {
      case Begun.NotYet() -> mayCome;
      case Begun.Deciding() -> true;
      case Begun.Never _, Begun.By _ -> false;
    };
  }

  /**
   * Nobody started it, or a power failure took the journal that says so. That nobody will from now
   * on is decided before it is said.
   */
  private static Optional<End> neverStarted(AttemptFolder attempt) {
    if (!attempt.exists()) {
      return Optional.of(End.NOTHING_THERE);
    }
    try {
      String why = attempt.isOfAnEarlierBoot() ? Journal.RESTARTED : Journal.NEVER_STARTED;
      return attempt.decideNever(why) ? Optional.of(never(why)) : Optional.empty();
    } catch (IOException full) {
      LOG.warn("attempt={} cannot be marked yet: {}", attempt.name(), full.toString());
      return Optional.empty();
    }
  }

  /** What belongs to an attempt beside its supervisor, found anew at each call. */
  interface Belongings {
    Set<Long> pids();
  }

  /**
   * Stops an attempt, wherever it is; returns true once nothing of it runs, false if that does not
   * come about.
   */
  boolean stop(AttemptFolder attempt, Belongings belongings)
      throws IOException, InterruptedException {
    return stop(attempt, belongings, AttemptFolder.ASKED);
  }

  /** As {@link #stop(AttemptFolder, Belongings)}, for a reason that is noted if none was before. */
  boolean stop(AttemptFolder attempt, Belongings belongings, String why)
      throws IOException, InterruptedException {
    if (attempt.decideNever(Journal.CANCELLED)) {
      return true;
    }
    boolean marked = markCancelled(attempt, why);
    long begun = System.nanoTime();
    while (isRunning(attempt)) {
      long waited = System.nanoTime() - begun;
      kill(attempt, belongings, !marked || waited > GRACE.toNanos());
      if (waited > PATIENCE.toNanos()) {
        return false;
      }
      Thread.sleep(KILL_EVERY);
    }
    return endRest(belongings);
  }

  /** On a full disk there is no room for the mark; then the supervisor has to go as well. */
  private static boolean markCancelled(AttemptFolder attempt, String why) {
    try {
      attempt.markCancelled(why);
      return true;
    } catch (IOException full) {
      LOG.warn("attempt={} cannot be marked as cancelled: {}", attempt.name(), full.toString());
      return false;
    }
  }

  private static boolean isRunning(AttemptFolder attempt) throws InterruptedException {
    return !attempt.journal().ended()
        && decided(attempt, false) instanceof Begun.By by
        && ProcessTree.isThisBoot(by.boot())
        && ProcessTree.isAlive(by.pid(), by.born());
  }

  private static void kill(AttemptFolder attempt, Belongings belongings, boolean supervisorToo) {
    if (attempt.journal().begun() instanceof Begun.By by && ProcessTree.isThisBoot(by.boot())) {
      Set<Long> victims = new HashSet<>(belongings.pids());
      victims.addAll(ProcessTree.below(by.pid()));
      if (supervisorToo) {
        victims.add(by.pid());
      }
      ProcessTree.kill(victims);
    }
  }

  /** Ends what outlived its supervisor. */
  boolean endRest(Belongings belongings) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Set<Long> rest = belongings.pids();
    while (!rest.isEmpty() && System.nanoTime() - end < 0) {
      ProcessTree.kill(rest);
      Thread.sleep(KILL_EVERY);
      rest = belongings.pids();
    }
    return rest.isEmpty();
  }

  /** Forgets an attempt that is over. */
  void forget(AttemptFolder attempt) {
    children.remove(attempt.name());
  }
}
