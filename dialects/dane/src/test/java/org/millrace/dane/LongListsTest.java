package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lists are read page by page, and end where their contract says, or not at all. */
class LongListsTest {
  private static List<String> register(DaneServer server, int many) {
    String batch =
        IntStream.range(0, many)
            .mapToObj(i -> DaneServer.aDocument("V%05d".formatted(i)))
            .collect(Collectors.joining(",", "[", "]"));
    return server.post("/DANE/documents/", batch).ok().path("success").findValuesAsText("_id");
  }

  @Test
  void a_page_of_a_search_has_a_hundred_documents_however_they_are_read() {
    try (var server = DaneServer.start()) {
      Collection<String> ids = register(server, 130);
      JsonNode first = server.get("/DANE/search/document/?target_id=V*").ok();
      JsonNode second = server.get("/DANE/search/document/?target_id=V*&page=2").ok();
      JsonNode third = server.get("/DANE/search/document/?target_id=V*&page=3").ok();
      assertThat(first.path("hits")).hasSize(100);
      assertThat(second.path("hits")).hasSize(30);
      assertThat(third.path("hits")).isEmpty();
      assertThat(List.of(first, second, third)).allMatch(page -> page.path("total").asInt() == 130);
      var found = new TreeSet<>(first.findValuesAsText("_id"));
      found.addAll(second.findValuesAsText("_id"));
      assertThat(found).isEqualTo(new TreeSet<>(ids));
      assertThat(first.at("/hits/0/target/id").asText()).isEqualTo("V00000");
      assertThat(second.at("/hits/29/target/id").asText()).isEqualTo("V00129");
    }
  }

  @Test
  void what_went_wrong_is_told_to_the_last_and_counted() {
    int many = 7 * Pages.SIZE + 1;
    try (var server = DaneServer.start()) {
      String ids =
          register(server, many).stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
      server.post("/DANE/task/", "{\"key\": \"ASR\", \"document_id\": " + ids + "}").ok();
      server.get("/DANE/workers/ASR/reset/102").ok(); // 205 is no good end
      JsonNode told = server.get("/DANE/workers/ASR", "X-Fields", "total,tasks{state}").ok();
      assertThat(told.path("tasks")).hasSize(many);
      assertThat(told.path("total").asInt()).isEqualTo(many);
      JsonNode total = server.get("/DANE/workers/ASR", "X-Fields", "total").ok();
      assertThat(total.toString()).isEqualTo("{\"total\":" + many + "}");
    }
  }
}
