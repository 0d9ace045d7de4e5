package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.at;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.DeadLetter;
import org.millrace.engine.documents.DeadLetterStore;
import org.millrace.engine.documents.DeadLetterStore.Kept;

/** What {@link DeadLetterStore} promises. */
public abstract class DeadLetterStoreContract extends StoreContract {

  @Test
  void a_letter_is_kept_as_it_came() {
    DeadLetter odd =
        DeadLetter.of(at(1), Optional.empty(), new byte[] {0, -1, '{'}, aCause("unreadable"));
    DeadLetter empty = DeadLetter.of(at(2), Optional.of("x.1"), new byte[0], aCause("empty"));

    letters().put(odd, 10);
    letters().put(empty, 10);

    assertThat(letters().newest(Long.MAX_VALUE, 10))
        .extracting(Kept::letter)
        .containsExactly(empty, odd);
  }

  @Test
  void what_is_too_muchis_cut_and_told() {
    byte[] much = new byte[DeadLetter.MOST_KEPT + 7];
    letters().put(DeadLetter.of(at(1), Optional.empty(), much, aCause("long")), 10);

    DeadLetter kept = letters().newest(Long.MAX_VALUE, 1).getFirst().letter();
    assertThat(kept.isCut()).isTrue();
    assertThat(kept.length()).isEqualTo(much.length);
    assertThat(kept.body()).hasSize(DeadLetter.MOST_KEPT);
  }

  @Test
  void the_oldest_are_forgotten_for_new_ones() {
    for (int i = 0; i < 5; i++) {
      letters().put(letter(i), 3);
    }

    assertThat(bodies(letters().newest(Long.MAX_VALUE, 10))).containsExactly("4", "3", "2");
    assertThat(letters().count()).isEqualTo(3);
  }

  @Test
  void the_newest_come_first_page_by_page() {
    for (int i = 0; i < 5; i++) {
      letters().put(letter(i), 10);
    }

    List<Kept> first = letters().newest(Long.MAX_VALUE, 2);
    assertThat(bodies(first)).containsExactly("4", "3");
    assertThat(bodies(letters().newest(first.getLast().sequence(), 2))).containsExactly("2", "1");
  }

  @Test
  void letters_are_forgotten_by_age_the_oldest_first() {
    for (int i = 0; i < 5; i++) {
      letters().put(letter(i), 10);
    }

    assertThat(letters().forget(at(3), 2)).isEqualTo(2);
    assertThat(bodies(letters().newest(Long.MAX_VALUE, 10))).containsExactly("4", "3", "2");
    assertThat(letters().forget(at(3), 10)).isEqualTo(2);
    assertThat(letters().forget(at(3), 10)).isZero();
    assertThat(letters().count()).isEqualTo(1);
  }

  private DeadLetterStore letters() {
    return store.documents().deadLetters();
  }

  private static DeadLetter letter(int number) {
    byte[] body = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    return DeadLetter.of(at(number), Optional.of("id-" + number), body, aCause("nobody"));
  }

  private static List<String> bodies(List<Kept> letters) {
    return letters.stream()
        .map(kept -> new String(kept.letter().body(), StandardCharsets.UTF_8))
        .toList();
  }
}
