package org.millrace.domain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.domain.run.EdgeMark.BARRED;
import static org.millrace.domain.run.EdgeMark.NOT_TAKEN;
import static org.millrace.domain.run.EdgeMark.TAKEN;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.run.Entries.Step;

final class EntriesTest {
  @ParameterizedTest
  @CsvSource({
    "COMPLETED, STOP,     TAKEN",
    "COMPLETED, CONTINUE, TAKEN",
    "COMPLETED, HOLD,     TAKEN",
    "SKIPPED,   CONTINUE, NOT_TAKEN",
    "SKIPPED,   HOLD,     NOT_TAKEN",
    "BARRED,    CONTINUE, BARRED",
    "FAILED,    CONTINUE, BARRED",
    "FAILED,    STOP,     ",
    "FAILED,    HOLD,     "
  })
  void an_end_marks_the_edges_that_leave(
      NodeEnd end, FailurePolicy policy, @Nullable EdgeMark mark) {
    assertThat(EdgeMark.after(end, policy).orElse(null)).isEqualTo(mark);
  }

  @Test
  void a_node_that_nothing_enters_starts() {
    assertThat(Entries.of(0).step(0)).isEqualTo(Step.START);
  }

  @Test
  void a_join_starts_when_all_is_told_and_one_way_was_taken() {
    assertThat(after(3)).isEqualTo(Step.WAIT);
    assertThat(after(3, TAKEN, TAKEN)).isEqualTo(Step.WAIT);
    assertThat(after(3, TAKEN, TAKEN, TAKEN)).isEqualTo(Step.START);
    assertThat(after(3, NOT_TAKEN, TAKEN, NOT_TAKEN)).isEqualTo(Step.START);
    assertThat(after(3, NOT_TAKEN, NOT_TAKEN, NOT_TAKEN)).isEqualTo(Step.SKIP);
    assertThat(after(3, TAKEN, BARRED)).isEqualTo(Step.WAIT);
    assertThat(after(3, TAKEN, BARRED, TAKEN)).isEqualTo(Step.BAR);
    assertThat(after(1, BARRED)).isEqualTo(Step.BAR);
  }

  @Test
  void more_marks_than_edges_are_a_defect() {
    assertThatThrownBy(() -> after(1, TAKEN, TAKEN)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new Entries(-1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Step after(int edges, EdgeMark... marks) {
    Entries told = Entries.of(edges);
    for (EdgeMark mark : List.of(marks)) {
      told = told.with(mark);
    }
    return told.step(edges);
  }
}
