package org.millrace.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.engine.delivery.Delivery;

/** Where the values of a test begin. */
public final class Fixtures {
  private Fixtures() {}

  /** When tests begin; whole seconds, because a store keeps no more than milliseconds. */
  public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  /** Where tasks wait that name no lane. */
  public static final Lane LANE = new Lane("sandbox");

  /** Two servers that share a store. */
  public static final ServerId NORTH = new ServerId("north");

  /** The other one. */
  public static final ServerId SOUTH = new ServerId("south");

  /** The host that {@link #aHandle} names. */
  public static final String HERE = "host-a";

  /** So many seconds after noon, or before it. */
  public static Instant at(long seconds) {
    return NOON.plusSeconds(seconds);
  }

  /** A queued task of {@code anonymous}, created at noon, with the id {@code task}. */
  public static TaskFixture aTask() {
    return aTask("task");
  }

  /** A queued task of {@code anonymous}, created at noon, with this id. */
  public static TaskFixture aTask(String id) {
    return new TaskFixture(
        new TaskId(id),
        LANE,
        NOON,
        Optional.empty(),
        aSpec(),
        Optional.empty(),
        OptionalInt.empty(),
        List.of());
  }

  /** One executor, nothing else asked for, never retried, no limits. */
  public static TaskSpec aSpec() {
    return new TaskSpec(
        Owner.ANONYMOUS,
        "tes",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        TaskSpec.NORMAL_PRIORITY,
        new ContainerWork(List.of(anExecutor("true")), List.of(), List.of(), List.of()),
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  /** One command in {@code busybox}. */
  public static ExecutorSpec anExecutor(String... command) {
    return ExecutorSpec.of("busybox", List.of(command));
  }

  /** Where attempt {@code attempt} of a task is found: in the sandbox of {@link #HERE}. */
  public static Handle aHandle(TaskId task, int attempt) {
    return aHandle(task, attempt, HERE);
  }

  /** The same at another site. */
  public static Handle aHandle(TaskId task, int attempt, String site) {
    return Handle.of(new RuntimeName("sandbox"), site, task, attempt);
  }

  /** Three attempts, also after a start, a second apart. */
  public static RetryPolicy threeTimes() {
    return new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(1), true);
  }

  /** It went well. */
  public static Outcome completed() {
    return new Outcome.Completed();
  }

  /** The first executor ended with 1. */
  public static Outcome executorFailed() {
    return new Outcome.ExecutorFailed(0, 1, aCause("executor-failed"));
  }

  /** Why something failed or waits. */
  public static Cause aCause(String code) {
    return Cause.ofCaller(code, "it is said to be so", "nothing helps");
  }

  /** Something to tell the peer that goes by this key. */
  public static Delivery.Draft aDraft(String key, String body) {
    return new Delivery.Draft("webhook", key, "https://peer.example/" + key, body);
  }
}
