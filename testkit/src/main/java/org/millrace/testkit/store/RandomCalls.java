package org.millrace.testkit.store;

import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.SOUTH;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aDraft;
import static org.millrace.testkit.Fixtures.aHandle;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.completed;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.value.Value;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.testkit.TaskFixture;

/** Arguments of store calls, by chance. Few different ones, so that calls meet. */
final class RandomCalls {
  private static final List<String> OWNERS = List.of("ada", "bob", "cid", "dan");
  private static final List<String> LANES = List.of("sandbox", "pulsar:north", "dane:Video.ASR");
  private static final List<String> SITES = List.of("host-a", "host-b", "");
  private static final List<String> WORDS = List.of("red", "Red", "re", "r_d", "100%", "");
  private static final ServerId STRANGER = new ServerId("stranger");
  private final Random random;
  private int ids;

  RandomCalls(long seed) {
    random = new Random(seed);
  }

  /** From 0 to less than the bound. */
  int upTo(int bound) {
    return random.nextInt(bound);
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  <T> Optional<T> oneOf(List<T> choices) {
    return choices.isEmpty()
        ? Optional.empty()
        : Optional.of(choices.get(random.nextInt(choices.size())));
  }

  String word() {
    return oneOf(WORDS).orElseThrow();
  }

  /** Never the same twice, and in no order. */
  TaskId newId() {
    return new TaskId("t" + random.nextInt(1000) + "-" + ++ids);
  }

  ServerId server() {
    return chance(3) ? STRANGER : chance(50) ? NORTH : SOUTH;
  }

  Lane lane() {
    return new Lane(oneOf(LANES).orElseThrow());
  }

  Optional<Owner> maybeOwner() {
    return chance(50) ? Optional.empty() : oneOf(OWNERS).map(Owner::new);
  }

  Set<String> sites() {
    return new TreeSet<>(chance(50) ? SITES : oneOf(SITES).stream().toList());
  }

  LaneRule rule() {
    return new LaneRule(
        lane(), 1 + upTo(12), chance(50) ? Counts.THIS_SERVER : Counts.ALL, WhenFull.WAIT);
  }

  NewTask task(TaskId id, Instant now) {
    TaskFixture task =
        aTask(id.text())
            .inLane(lane().name())
            .of(oneOf(OWNERS).orElseThrow())
            .through(chance(80) ? "tes" : "dane")
            .createdAt(now)
            .withPriority(upTo(11));
    if (chance(20)) {
      task = task.dueAt(now.plusMillis(upTo(20_000)));
    }
    if (chance(60)) {
      task = task.named(word() + word());
    }
    for (int tags = upTo(4); tags > 0; tags--) {
      task = task.tagged(word(), word());
    }
    if (chance(50)) {
      task =
          task.retried(
              new RetryPolicy(
                  1 + upTo(4), Duration.ofMillis(upTo(3000)), Duration.ofMinutes(1), chance(50)));
    }
    if (chance(30)) {
      task = task.limited(new TimeLimits(maybeSeconds(), maybeSeconds(), maybeSeconds()));
    }
    if (chance(20)) {
      task = task.alsoKnownAs(chance(50) ? "tes" : "dane", "key-" + upTo(20));
    }
    if (chance(10)) {
      task = task.refusedAt(1 + upTo(20));
    }
    for (Delivery.Draft draft : drafts()) {
      task = task.telling(draft);
    }
    return task.newTask();
  }

  private Optional<Duration> maybeSeconds() {
    return chance(50) ? Optional.empty() : Optional.of(Duration.ofMillis(upTo(100_000)));
  }

  List<Delivery.Draft> drafts() {
    return IntStream.range(0, chance(70) ? 0 : 1 + upTo(2))
        .mapToObj(_ -> aDraft("key-" + upTo(4), word()).to("peer-" + upTo(3)))
        .toList();
  }

  /**
   * Mostly what comes next for such a task, sometimes anything; mostly from its holder, sometimes
   * from another.
   */
  TaskEvent event(Optional<Task> task, Instant now) {
    TaskState state = task.map(Task::state).orElse(TaskState.QUEUED);
    int choice =
        chance(25)
            ? upTo(13)
            : switch (state) {
              case QUEUED -> chance(85) ? 0 : 1;
              case INITIALIZING -> chance(85) ? 2 : 4;
              case RUNNING -> chance(40) ? 3 : chance(50) ? 4 : 11;
              case CANCELING -> 5;
              case WAITING -> chance(70) ? 9 : upTo(13);
              case PAUSED, PREEMPTED, COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED -> upTo(13);
            };
    Lease lease = lease(task);
    return switch (choice) {
      case 0 -> {
        int attempt = task.map(Task::attempt).orElse(0) + 1;
        var id = task.map(Task::id).orElse(new TaskId("nobody"));
        yield new TaskEvent.AttemptBegun(
            lease, aHandle(id, attempt, oneOf(SITES).orElseThrow()), now);
      }
      case 1 -> new TaskEvent.PutBack(lease, aCause("no-room"), now.plusMillis(upTo(20_000)), now);
      case 2 -> new TaskEvent.Started(lease, now);
      case 3 -> new TaskEvent.HandedOver(lease, now.plusMillis(upTo(60_000)), now);
      case 4 -> new TaskEvent.Ended(lease, outcome(), random.nextDouble(), now);
      case 5 -> new TaskEvent.CancelFinished(lease, now);
      case 6 -> new TaskEvent.LeaseEnded(lease, now);
      case 7 -> new TaskEvent.CancelRequested(oneOf(OWNERS).orElseThrow(), now);
      case 8 -> new TaskEvent.WaitedTooLong(now);
      case 9 -> new TaskEvent.Woken(now);
      case 10 -> new TaskEvent.Remarked("somebody said so", now);
      case 11 ->
          new TaskEvent.Answered(
              task.map(Task::attempt).orElse(1) - (chance(20) ? 1 : 0),
              outcome(),
              random.nextDouble(),
              now);
      default -> new TaskEvent.AskedAgain("ada", "reset", chance(50), now);
    };
  }

  /** The lease in force, or one like it that is not. */
  Lease lease(Optional<Task> task) {
    Lease like =
        task.map(known -> known.lease().orElse(new Lease(NORTH, known.leaseNumber())))
            .orElse(new Lease(NORTH, 1));
    return switch (upTo(20)) {
      case 0 -> new Lease(like.holder(), like.number() - 1);
      case 1 -> new Lease(like.holder().equals(NORTH) ? SOUTH : NORTH, like.number());
      default -> like;
    };
  }

  private Outcome outcome() {
    return switch (upTo(9)) {
      case 0 -> completed();
      case 1 -> new Outcome.InputFailed(aCause("input-not-found"), chance(50));
      case 2 -> new Outcome.Lost(aCause("lost"), chance(50));
      case 3 -> new Outcome.RuntimeFailed(aCause("runtime-failed"), chance(50));
      case 4 -> new Outcome.TimedOut(TimeLimits.Limit.RUN, Duration.ofSeconds(7), true);
      case 5 -> new Outcome.Deferred(aCause("waits-for-others"));
      case 6 -> new Outcome.WorkFailed(aCause("work-failed"));
      case 7 -> new Outcome.WorkRefused(aCause("work-refused"));
      default -> new Outcome.ExecutorFailed(upTo(3), upTo(256), aCause("executor-failed"));
    };
  }

  AttemptNews news(Instant now) {
    return switch (upTo(4)) {
      case 0 -> new AttemptNews.Said(new Value.Text(word()));
      case 1 -> AttemptNews.NONE;
      default -> new AttemptNews.Known(report(now).withValue(new Value.Text(word())));
    };
  }

  AttemptReport report(Instant now) {
    return AttemptReport.EMPTY
        .withCheckpoint("pid", Integer.toString(upTo(1000)))
        .withStep("prepared", now)
        .withNotes(List.of(word()));
  }

  Asking asking() {
    Asking asking = Asking.forAll().onPagesOf(1 + upTo(6));
    if (chance(30)) {
      asking = asking.of(oneOf(OWNERS).orElseThrow());
    }
    if (chance(20)) {
      asking = asking.through(chance(50) ? "tes" : "dane");
    }
    if (chance(20)) {
      asking = asking.named("r" + word());
    }
    if (chance(40)) {
      asking = asking.shownAs(oneOf(List.of(TaskState.values())).orElseThrow());
    }
    if (chance(30)) {
      asking = chance(50) ? asking.tagged(word()) : asking.tagged(word(), word());
    }
    return asking;
  }
}
