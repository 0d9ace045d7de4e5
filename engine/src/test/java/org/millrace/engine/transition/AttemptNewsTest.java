package org.millrace.engine.transition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.domain.value.Value;
import org.millrace.engine.OneTask;

/** What an answer leaves. */
final class AttemptNewsTest {
  private static final Cause CAUSE = new Cause("x", "x", "");
  private final AttemptNews.Said said = new AttemptNews.Said(new Value.Text("well"));

  static Stream<Outcome> ends() {
    return Stream.of(
        new Outcome.Completed(),
        new Outcome.WorkFailed(CAUSE),
        new Outcome.WorkRefused(CAUSE),
        new Outcome.Deferred(CAUSE));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void it_stays_with_the_attempt_that_it_ends(Outcome outcome) {
    assertThat(said.isLeftBy(changed(Optional.of(outcome)))).isTrue();
  }

  @Test
  void what_was_stopped_keeps_no_answer() {
    assertThat(said.isLeftBy(changed(Optional.of(new Outcome.Cancelled("ada"))))).isFalse();
  }

  @Test
  void a_change_that_ends_no_attempt_keeps_no_answer() {
    assertThat(said.isLeftBy(changed(Optional.empty()))).isFalse();
  }

  private static Changed changed(Optional<Outcome> attemptEnded) {
    return new Changed(
        OneTask.at(TaskState.QUEUED, 1, Optional.empty()),
        Kind.RETRIED,
        Optional.empty(),
        attemptEnded,
        List.of());
  }
}
