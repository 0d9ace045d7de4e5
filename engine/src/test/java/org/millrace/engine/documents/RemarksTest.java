package org.millrace.engine.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.transition.TransitionStore;

final class RemarksTest {
  private final List<Transition> stored = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({"0, 0, false", "299, 299, false", "300, 300, false", "301, 300, true"})
  void a_remark_is_kept_up_to_its_greatest_length(int length, int kept, boolean cut) {
    var desk = new Desk();
    new Remarks(
            new TaskTransitions(
                new History(), FaceRule.UNCHANGED, Announcer.NOBODY, new StopSigns(), desk.news),
            () -> Desk.NOON)
        .add(new TaskId("t"), "x".repeat(length));

    var noted = (Transition.Noted) stored.getFirst();
    assertThat(noted.remark()).hasSize(kept);
    assertThat(noted.remark().endsWith("…")).isEqualTo(cut);
    assertThat(noted.task().state()).as("it decides nothing").isEqualTo(TaskState.RUNNING);
    assertThat(desk.history.rings()).isEqualTo(1);
  }

  private final class History implements TransitionStore {
    @Override
    public Optional<Transition> apply(TaskId id, Change change) {
      stored.add(change.decide().apply(Desk.core(id, TaskState.RUNNING)));
      return Optional.of(stored.getLast());
    }

    @Override
    public boolean note(TaskId id, Lease lease, AttemptReport report) {
      throw new AssertionError("no attempt is under way");
    }
  }
}
