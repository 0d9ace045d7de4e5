package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.DocumentStore.Saved;

/** What is nested deep, refused or sent in thousands makes no answer out of proportion. */
class LargeAnswersTest {
  private static final int NUMBERS = 150_000;

  /** Two bytes become a line of its own, indented by eight times four. */
  private static final int MOST_TIMES = 20;

  private final DaneServer server = DaneServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  /** So many numbers in so many lists, each around the next. */
  private static String deepAndWide(int depth) {
    return "[".repeat(depth) + "1,".repeat(NUMBERS) + "1" + "]".repeat(depth);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 190})
  void arguments_come_back_in_a_bounded_size(int depth) {
    String document = server.register("VID0001");
    String sent =
        "{\"key\": \"ASR\", \"document_id\": \"%s\", \"args\": {\"a\": %s}}"
            .formatted(document, deepAndWide(depth));
    String created = server.post("/DANE/task/", sent).body();
    assertThat(created).hasSizeLessThan(MOST_TIMES * sent.length());
    JsonNode task = DaneServer.json(created);
    String id = task.path("_id").asText();
    assertThat(server.get("/DANE/task/" + id).body()).hasSizeLessThan(MOST_TIMES * sent.length());
    assertThat(server.get("/DANE/document/" + document + "/tasks").body())
        .hasSizeLessThan(MOST_TIMES * sent.length());
  }

  @Test
  void deep_results_come_back_in_a_bounded_size() {
    String task = server.assign(server.register("VID0001"), "ASR");
    String sent = deepAndWide(190);
    String id = save(task, "{\"a\": " + sent + "}");
    assertThat(server.get("/DANE/result/" + id).body()).hasSizeLessThan(2 * sent.length());
    assertThat(server.get("/DANE/creator/ACME/ASR/results").body())
        .hasSizeLessThan(2 * sent.length());
  }

  private String save(String task, String payload) {
    GivenResult given =
        GivenResult.of(
            PythonJsonTest.value(
                "{\"generator\": {\"id\": \"abc\", \"type\": \"Software\", \"name\": \"asr\","
                    + " \"homepage\": \"h\"}, \"payload\": "
                    + payload
                    + "}"));
    var finding = new Result.Finding(given.generator(), given.payload());
    Saved saved =
        server.documents().saveResult().save(server.config().space(), new EntryId(task), finding);
    return ((Saved.Stored) saved).result().id().text();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[%s]", "[{\"a\": %s}]"})
  void an_item_that_is_refused_is_not_sent_back_whole(String batch) {
    JsonNode failed =
        server
            .post("/DANE/documents/", batch.formatted(deepAndWide(190)))
            .ok()
            .path("failed")
            .get(0);
    assertThat(failed.path("error").asText()).isEqualTo("Invalid document format");
    assertThat(failed.path("invalid").path("item").asText())
        .startsWith(batch.contains("a") ? "{\"a\": [[[" : "[[[")
        .endsWith("1, …")
        .hasSizeLessThan(1_100);
  }

  @Test
  void a_batch_has_an_end() {
    String items = "[" + "1,".repeat(100_000) + "1]";
    assertThat(server.post("/DANE/documents/", items).refusedWith(413))
        .contains("at most 100000 items");
    assertThat(
            server
                .post("/DANE/task/", "{\"key\": \"ASR\", \"document_id\": " + items + "}")
                .refusedWith(413))
        .contains("at most 100000 items");
  }

  @Test
  void what_is_held_of_a_long_value_is_its_beginning() {
    Value value = PythonJsonTest.value("{\"a\": [1, 2], \"b\": \"é\"}");
    String line = PythonJson.line(value);
    for (int most = 0; most <= line.length() + 1; most++) {
      assertThat(PythonJson.beginning(value, most))
          .isEqualTo(line.substring(0, Math.min(most, line.length())));
    }
    assertThat(PythonJson.length(value)).isEqualTo(line.length());
  }
}
