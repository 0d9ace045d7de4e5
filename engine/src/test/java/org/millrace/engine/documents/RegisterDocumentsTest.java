package org.millrace.engine.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.document.Document;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.documents.DocumentStore.Registered;

final class RegisterDocumentsTest {
  private final StoredDocuments rows = new StoredDocuments();
  private final RegisterDocuments register = new RegisterDocuments(rows);

  private static List<Document> documents(int count) {
    return IntStream.range(0, count).mapToObj(i -> Desk.document("d" + i)).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "0, ''",
    "1, register 1",
    "200, register 200",
    "201, register 200; register 1",
    "450, register 200; register 200; register 50"
  })
  void no_transaction_takes_more_than_two_hundred(int count, String transactions) {
    List<Document> documents = documents(count);

    assertThat(register.register(documents))
        .isEqualTo(documents.stream().map(Registered.Stored::new).toList());
    assertThat(String.join("; ", rows.written)).isEqualTo(transactions);
  }

  @Test
  void what_was_stored_before_a_failure_is_found_to_exist_when_it_is_tried_again() {
    List<Document> documents = documents(201);
    rows.beforeWrite =
        () -> {
          if (rows.written.size() == 1) {
            throw Desk.unavailable();
          }
        };
    assertThatThrownBy(() -> register.register(documents)).isInstanceOf(Refusal.class);
    rows.beforeWrite = () -> {};

    List<Registered> again = register.register(documents);

    assertThat(again.subList(0, 200)).allMatch(Registered.Exists.class::isInstance);
    assertThat(again.getLast()).isEqualTo(new Registered.Stored(documents.getLast()));
  }

  @Test
  void one_that_is_named_twice_meets_itself() {
    Document video = Desk.document("VID0001");

    assertThat(register.register(List.of(video, video)))
        .containsExactly(new Registered.Stored(video), new Registered.Exists(video));
    assertThat(register.register(video)).isEqualTo(new Registered.Exists(video));
  }
}
