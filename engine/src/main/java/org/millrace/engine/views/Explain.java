package org.millrace.engine.views;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.Placement;
import org.millrace.domain.placement.Placement.Choice;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.views.ViewStore.LaneLoad;

/** Says, as data, why a task waits or failed, since when, and what would help. Thread-safe. */
public final class Explain {
  /** Further back than this in a queue, the exact place is of no use. */
  private static final int COUNTED = 1000;

  private static final Cause STARTS_NOTHING =
      new Cause(
          "dispatch-off",
          "this server takes tasks in and starts none",
          "set engine.dispatch to true and restart it");

  private final TaskViews views;
  private final ViewStore store;
  private final Lanes lanes;
  private final Runtimes runtimes;
  private final StagingBoard staging;
  private final InTheWay inTheWay;
  private final StoreHealth health;
  private final boolean dispatches;
  private final InstantSource clock;

  /**
   * Explains what this server sees.
   *
   * @param inTheWay what tasks that were put off wait for
   * @param dispatches whether this server starts anything
   */
  public Explain(
      TaskViews views,
      ViewStore store,
      Lanes lanes,
      Runtimes runtimes,
      StagingBoard staging,
      InTheWay inTheWay,
      StoreHealth health,
      boolean dispatches,
      InstantSource clock) {
    this.views = views;
    this.store = store;
    this.lanes = lanes;
    this.runtimes = runtimes;
    this.staging = staging;
    this.inTheWay = inTheWay;
    this.health = health;
    this.dispatches = dispatches;
    this.clock = clock;
  }

  /**
   * Explains a task.
   *
   * @throws org.millrace.domain.failure.Refusal {@code NotFound} if this caller sees no such task
   */
  public Explanation explain(TaskId id, Caller caller) {
    return explained(views.find(id, caller));
  }

  /** Explains a task to those who may see what it is a part of; empty if there is none. */
  public Optional<Explanation> find(TaskId id) {
    return store.find(id).map(this::explained);
  }

  private Explanation explained(TaskView view) {
    Task task = view.task();
    return switch (task.state()) {
      case QUEUED -> queued(view);
      case INITIALIZING -> initializing(view);
      case RUNNING ->
          said(view, task.startedAt().orElse(begunAt(view)), running(task), whyItTakesLong(view));
      case CANCELING -> canceling(view);
      case WAITING -> waiting(view);
      case PAUSED, PREEMPTED ->
          said(view, task.dueAt(), "it is " + task.state(), task.waitsFor().stream().toList());
      case COMPLETE -> said(view, endedAt(task), completed(view.spec().work()), List.of());
      case EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED ->
          said(
              view,
              endedAt(task),
              task.outcome().map(Explain::howItEnded).orElse("it ended"),
              task.outcome().flatMap(Outcome::why).stream().toList());
    };
  }

  private Explanation waiting(TaskView view) {
    Task task = view.task();
    List<Cause> causes = new ArrayList<>(task.waitsFor().stream().toList());
    if (!task.isUnasked()) {
      causes.addAll(inTheWay.of(task.id()));
    }
    return said(view, task.dueAt(), "it is " + task.state(), causes);
  }

  /** What is waited for here, and what is known where it was handed over to. */
  private List<Cause> whyItTakesLong(TaskView view) {
    Task task = view.task();
    List<Cause> causes = new ArrayList<>(staging.held(task.id()).stream().toList());
    task.handle()
        .flatMap(handle -> runtimes.find(handle.runtime()))
        .map(runtime ->
            runtime.whyItTakesLong(view.spec().work(), view.attempts().getLast().report()))
        .ifPresent(causes::addAll);
    return causes;
  }

  private static String completed(Work work) {
    return switch (work) {
      case ContainerWork _ -> "every executor ended well and every output is stored";
      case StepsWork _ -> "every step ended well";
      case InProcessWork _ -> "it is done";
      case WorkerWork _ -> "a worker did it";
    };
  }

  private Explanation initializing(TaskView view) {
    Optional<Cause> held = staging.held(view.task().id());
    return held.isPresent()
        ? said(view, begunAt(view), "it is being prepared and waits", List.of(held.get()))
        : said(
            view,
            begunAt(view),
            "inputs are being brought in" + stagingNow(view.task().id()),
            List.of());
  }

  private Explanation queued(TaskView view) {
    Task task = view.task();
    Instant now = clock.instant();
    if (task.dueAt().isAfter(now)) {
      return new Explanation(
          task.id(),
          task.state(),
          lastEnd(view).orElse(task.createdAt()),
          task.attempt() == 0
              ? "it waits until it is offered again"
              : "attempt " + (task.attempt() + 1) + " waits for its time",
          task.waitsFor().stream().toList(),
          Optional.of(task.dueAt()),
          earlier(view));
    }
    List<Cause> causes = new ArrayList<>();
    health.trouble().ifPresent(causes::add);
    if (!dispatches) {
      causes.add(STARTS_NOTHING);
    }
    laneIsFull(task).ifPresent(causes::add);
    noRuntimeNow(view).ifPresent(causes::add);
    task.waitsFor().ifPresent(causes::add);
    String summary =
        causes.isEmpty()
            ? "it is ready and starts at the next turn"
            : "it is ready and waits in lane " + task.lane();
    return said(view, task.dueAt(), summary, causes);
  }

  private Optional<Cause> laneIsFull(Task task) {
    LaneRule rule = lanes.rule(task.lane());
    LaneLoad load = store.load(task.lane(), Math.max(rule.limit(), COUNTED));
    if (load.inFlight() < rule.limit()) {
      return Optional.empty();
    }
    int ahead = store.ahead(task.id(), COUNTED);
    String place = ahead >= COUNTED ? "at least " + COUNTED : String.valueOf(ahead);
    return Optional.of(
        new Cause(
            "lane-full",
            "lane "
                + task.lane()
                + " is full: "
                + load.inFlight()
                + " of "
                + rule.limit()
                + " in flight; "
                + place
                + " of the same owner go first",
            "wait, or raise lanes." + task.lane().family() + ".limit"));
  }

  private Optional<Cause> noRuntimeNow(TaskView view) {
    return switch (Placement.choose(
        view.spec().work(), view.spec().resources(), runtimes.offers())) {
      case Choice.NotNow(Cause cause) -> Optional.of(cause);
      case Choice.Never(Cause cause) -> Optional.of(cause);
      case Choice.Chosen _ -> Optional.empty();
    };
  }

  private static Explanation canceling(TaskView view) {
    Task task = view.task();
    Task.Cancellation cancellation = task.cancellation().orElseThrow();
    return said(
        view,
        cancellation.at(),
        "cancelled by " + cancellation.by() + "; its compute is being stopped",
        whyNotStopped(view));
  }

  private static List<Cause> whyNotStopped(TaskView view) {
    return view.attempts().isEmpty()
        ? List.of()
        : view.attempts().getLast().report().notes().stream()
            .filter(note -> note.startsWith(Attempts.NOT_STOPPED))
            .map(note -> new Cause("not-stopped", note, "look at where it runs"))
            .toList();
  }

  private String stagingNow(TaskId id) {
    return staging
        .of(id)
        .map(now ->
            ": file "
                + now.files()
                + ", "
                + now.file()
                + ", "
                + now.moved()
                + " bytes"
                + (now.expected() < 0 ? "" : " of " + now.expected())
                + " at "
                + now.rate()
                + " bytes/s")
        .orElse("");
  }

  private String running(Task task) {
    String where = task.handle().map(handle -> " in runtime " + handle.runtime()).orElse("");
    String held =
        task.lease().map(lease -> ", held by server " + lease.holder()).orElse(", handed over");
    return "attempt " + task.attempt() + " runs" + where + held + stagingNow(task.id());
  }

  private static String howItEnded(Outcome outcome) {
    boolean byCaller = outcome.why().filter(Cause::byCaller).isPresent();
    return switch (outcome) {
      case Outcome.Completed _ -> "it ended well";
      case Outcome.Cancelled _ -> "it was cancelled";
      case Outcome.ExecutorFailed _, Outcome.WorkFailed _ -> "its own work failed";
      case Outcome.WorkRefused _ -> "whoever was to do it refused";
      case Outcome.Deferred _ -> "it waits for something else";
      case Outcome.TimedOut timedOut when timedOut.limit() == TimeLimits.Limit.QUEUE ->
          "it waited longer than it may";
      case Outcome.TimedOut _ -> "it took longer than it may";
      case Outcome.InputFailed _ when byCaller ->
          "an input that the task names cannot be brought in";
      case Outcome.OutputFailed _ when byCaller -> "an output that the task names cannot be stored";
      case Outcome.RuntimeFailed _ when byCaller -> "what the task names cannot be run";
      case Outcome.Unplaceable _ when byCaller ->
          "the task asks for what this server does not offer";
      case Outcome.Unplaceable _ -> "this server is not set up for it";
      case Outcome.InputFailed _, Outcome.OutputFailed _, Outcome.RuntimeFailed _, Outcome.Lost _ ->
          "the server or a peer of it failed";
    };
  }

  private static Explanation said(
      TaskView view, Instant since, String summary, List<Cause> causes) {
    Task task = view.task();
    return new Explanation(
        task.id(), task.state(), since, summary, causes, Optional.empty(), earlier(view));
  }

  private static List<String> earlier(TaskView view) {
    return view.attempts().stream()
        .filter(
            attempt -> attempt.number() < view.task().attempt() || !view.task().state().isFinal())
        .flatMap(attempt -> attempt.outcome().stream().map(outcome -> line(attempt, outcome)))
        .toList();
  }

  private static String line(AttemptView attempt, Outcome outcome) {
    return "attempt "
        + attempt.number()
        + " in "
        + attempt.handle().runtime()
        + ": "
        + outcome.why().map(Cause::message).orElse("ended well");
  }

  private static Instant begunAt(TaskView view) {
    return view.attempts().isEmpty()
        ? view.task().createdAt()
        : view.attempts().getLast().begunAt();
  }

  private static Optional<Instant> lastEnd(TaskView view) {
    return view.attempts().isEmpty() ? Optional.empty() : view.attempts().getLast().endedAt();
  }

  private static Instant endedAt(Task task) {
    return task.endedAt().orElse(task.dueAt());
  }
}
