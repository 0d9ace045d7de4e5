package org.millrace.domain.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.Siblings.Decision;
import org.millrace.domain.document.Siblings.Deferred;

final class SiblingsTest {

  @Test
  void what_is_named_and_absent_is_created_once_and_in_order() {
    assertThat(
            Siblings.of(
                new Deferred("ASR", 0, List.of("CUT", "OCR", "CUT", "SPY")), 0, Set.of("OCR")))
        .isEqualTo(new Decision(List.of("CUT", "SPY"), false));
  }

  @Test
  void a_task_that_names_itself_is_not_created() {
    assertThat(Siblings.of(new Deferred("ASR", 0, List.of("ASR")), 0, Set.of()))
        .isEqualTo(new Decision(List.of(), false));
  }

  @Test
  void it_is_woken_by_what_completed_since_its_attempt_began() {
    var waiting = new Deferred("ASR", 3, List.of("CUT"));

    assertThat(Siblings.of(waiting, 3, Set.of("CUT")).wake()).isFalse();
    assertThat(Siblings.of(waiting, 4, Set.of("CUT")).wake()).isTrue();
  }

  @Test
  void what_is_absent_is_created_even_if_something_else_completed() {
    assertThat(Siblings.of(new Deferred("ASR", 0, List.of("CUT")), 1, Set.of()))
        .isEqualTo(new Decision(List.of("CUT"), true));
  }
}
