package org.millrace.engine.submission;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.submission.IntakeStore.Taken;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.transition.News;

/** Takes a task in. When it returns, the task survives any crash. Thread-safe. */
public final class SubmitTask {
  private final Admission admission;
  private final Lanes lanes;
  private final IntakeStore store;
  private final News news;
  private final Ids ids;
  private final InstantSource clock;

  public SubmitTask(
      Admission admission,
      Lanes lanes,
      IntakeStore store,
      News news,
      Ids ids,
      InstantSource clock) {
    this.admission = admission;
    this.lanes = lanes;
    this.store = store;
    this.news = news;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Stores a task and wakes the dispatcher.
   *
   * @param externalId the same id again returns the task it named first
   * @throws Refusal if the spec is not admitted, the lane refuses more, or nothing can be stored
   *     now
   */
  public TaskId submit(TaskSpec spec, Optional<ExternalId> externalId) {
    TaskSpec admitted = admission.admit(spec);
    LaneRule rule = lanes.rule(lanes.of(admitted.work(), admitted.resources()));
    Task task = Task.submitted(ids.next(), admitted, rule.lane(), clock.instant());
    return switch (store.insert(
        new NewTask(task, admitted, externalId, refuseAt(rule), List.of(), Optional.empty()))) {
      case Taken.Stored() -> {
        news.taskArrived();
        yield task.id();
      }
      case Taken.Known(TaskId known) -> known;
      case Taken.Full(int unfinished) -> throw full(rule, unfinished);
    };
  }

  private static OptionalInt refuseAt(LaneRule rule) {
    return rule.whenFull() == WhenFull.REFUSE ? OptionalInt.of(rule.limit()) : OptionalInt.empty();
  }

  private static Refusal full(LaneRule rule, int unfinished) {
    return new Refusal(
        new Failure.TooMany(
            "lane "
                + rule.lane()
                + " is full: "
                + unfinished
                + " of "
                + rule.limit()
                + " unfinished, and it refuses more",
            Duration.ofSeconds(5)));
  }
}
