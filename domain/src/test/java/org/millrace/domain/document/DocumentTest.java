package org.millrace.domain.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.value.Value;

final class DocumentTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Space SPACE = new Space("dane");
  private static final Value.Fields NONE = new Value.Fields(Map.of());

  /** Check values of contracts/dane.md 1.3. */
  @Test
  void ids_are_those_that_clients_compute() {
    DocumentId document = DocumentId.of("VID0001", "ACME");

    assertThat(document.text()).isEqualTo("b572a62b2f591d52e6e72c30a13dbddc21839485");
    assertThat(EntryId.of(document, "SPY").text())
        .isEqualTo("5987ae723d95e9f14d06a8600c76993a6377c872");
  }

  @Test
  void ids_are_hashes_of_utf_8() {
    assertThat(DocumentId.of("caf\u00e9", "").text())
        .isEqualTo("f424452a9673918c6f09b0cdd35b20be8e6ae7d7");
  }

  @Test
  void an_id_is_forty_lower_case_digits() {
    String digits = "b572a62b2f591d52e6e72c30a13dbddc21839485";

    assertThat(DocumentId.isValid(digits)).isTrue();
    for (String bad :
        List.of("", digits + "0", digits.substring(1), digits.toUpperCase(Locale.ROOT), "12")) {
      assertThat(DocumentId.isValid(bad)).as(bad).isFalse();
      assertThat(EntryId.isValid(bad)).as(bad).isFalse();
      assertThatThrownBy(() -> new DocumentId(bad)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new EntryId(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void two_pairs_may_read_the_same_and_are_not() {
    Document one = Document.fresh(SPACE, "AB", "C", NONE, NONE, NOON);
    Document other = Document.fresh(SPACE, "A", "BC", NONE, NONE, NOON);

    assertThat(one.id()).isEqualTo(other.id());
    assertThat(one.isAboutTheSame(other)).isFalse();
    assertThat(one.isAboutTheSame(Document.fresh(SPACE, "AB", "C", NONE, NONE, NOON))).isTrue();
  }

  @Test
  void a_document_has_the_id_of_its_pair_and_texts_that_can_be_stored() {
    assertThatThrownBy(
            () -> new Document(DocumentId.of("A", "B"), SPACE, "A", "C", NONE, NONE, NOON, NOON))
        .hasMessageContaining("another one");
    assertThatThrownBy(() -> Document.fresh(SPACE, "A\0", "C", NONE, NONE, NOON))
        .hasMessageContaining("target.id");
    assertThatThrownBy(() -> Document.fresh(SPACE, "A", "\uD83D", NONE, NONE, NOON))
        .hasMessageContaining("creator.id");
    assertThat(Document.unfit("\uD83D\uDE00")).isEmpty();
  }

  @Test
  void an_entry_is_touched_only_when_it_tells_something_else() {
    DocumentId document = DocumentId.of("A", "B");
    var queued = new FaceState(102, "Queued", NONE);
    var entry =
        new TaskEntry(
            EntryId.of(document, "ASR"),
            SPACE,
            document,
            "ASR",
            new TaskId("t"),
            queued,
            NOON,
            NOON);

    assertThat(entry.now(queued, NOON.plusSeconds(1))).isSameAs(entry);
    TaskEntry done = entry.now(new FaceState(200, "Done", NONE), NOON.plusSeconds(2));
    assertThat(done.updatedAt()).isEqualTo(NOON.plusSeconds(2));
    assertThat(done.createdAt()).isEqualTo(NOON);
    assertThatThrownBy(() ->
            new TaskEntry(entry.id(), SPACE, document, "OCR", entry.task(), queued, NOON, NOON))
        .hasMessageContaining("another one");
  }

  @Test
  void a_digest_differs_with_every_word_kind_and_place() {
    var one = new Value.Numeral("1");
    List<Value.Fields> payloads =
        List.of(
            fields(),
            fields("a", one),
            fields("a", new Value.Numeral("1.0")),
            fields("a", new Value.Text("1")),
            fields("a", new Value.Truth(true)),
            fields("a", new Value.Truth(false)),
            fields("a", Value.NOTHING),
            fields("a", one, "b", one),
            fields("b", one, "a", one),
            fields("ab", one),
            fields("a", new Value.Items(List.of(one))),
            fields("a", new Value.Items(List.of(one, one))),
            fields("a", new Value.Items(List.of(new Value.Items(List.of(one)), one))),
            fields("a", fields("b", one)));

    assertThat(payloads.stream().map(payload -> new Result.Finding(NONE, payload).digest()))
        .doesNotHaveDuplicates()
        .allSatisfy(digest -> assertThat(digest.hex()).hasSize(64));
    assertThat(new Result.Finding(fields("a", one), NONE).digest())
        .isNotEqualTo(new Result.Finding(NONE, fields("a", one)).digest())
        .isEqualTo(new Result.Finding(fields("a", one), NONE).digest());
  }

  private static Value.Fields fields(Object... namesAndValues) {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], (Value) namesAndValues[i + 1]);
    }
    return new Value.Fields(fields);
  }

  @Test
  void a_result_is_overtaken_by_later_attempts_alone() {
    DocumentId document = DocumentId.of("A", "B");
    var result =
        new Result(
            ResultId.of(new byte[ResultId.BYTES]),
            SPACE,
            document,
            EntryId.of(document, "ASR"),
            "ASR",
            2,
            new Result.Finding(NONE, NONE),
            NOON,
            false);

    assertThat(result.id().text()).isEqualTo("AAAAAAAAAAAAAAAAAAAA");
    assertThat(result.afterCompletionOf(2)).isSameAs(result);
    assertThat(result.afterCompletionOf(3).overtaken()).isTrue();
    assertThat(ResultId.isValid("dGL2_qEBfwnS1D25Rvv7")).isTrue();
    assertThat(ResultId.isValid("dGL2_qEBfwnS1D25Rvv")).isFalse();
    assertThat(ResultId.isValid("dGL2/qEBfwnS1D25Rvv7")).isFalse();
  }

  @Test
  void a_dead_letter_is_compared_by_what_is_in_it_and_keeps_its_own_copy() {
    var why = new Cause("unread", "no JSON", "");
    byte[] body = {1, 2};
    DeadLetter letter = DeadLetter.of(NOON, Optional.of("x".repeat(300)), body, why);
    body[0] = 9;
    letter.body()[1] = 9;

    assertThat(letter.body()).containsExactly(1, 2);
    assertThat(letter.correlationId().orElseThrow()).hasSize(DeadLetter.MOST_OF_ID);
    assertThat(letter)
        .isEqualTo(DeadLetter.of(NOON, Optional.of("x".repeat(400)), new byte[] {1, 2}, why))
        .hasSameHashCodeAs(
            DeadLetter.of(NOON, Optional.of("x".repeat(400)), new byte[] {1, 2}, why))
        .isNotEqualTo(DeadLetter.of(NOON, Optional.empty(), new byte[] {1, 2}, why))
        .isNotEqualTo(why);
    assertThat(letter.toString()).doesNotContain("x".repeat(10));
    assertThat(letter.isCut()).isFalse();
    assertThatThrownBy(() -> new DeadLetter(NOON, Optional.empty(), new byte[3], 2, why))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
