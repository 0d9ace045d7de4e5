package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.engine.StorePorts;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted;

/** Lists are read page by page, and end where their contract says, or not at all. */
class LongListsTest {
  private static final String DONE = "{\"state\": 200, \"message\": \"Success\"}";
  private static final String FAILED = "{\"state\": 500, \"message\": \"no\"}";

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

  /** A store with which this is done once, when the first page of a list was read. */
  private static StorePorts changedAfterFirstPage(AtomicReference<Runnable> change) {
    return Intercepted.ports(
        new InMemoryStore().ports(),
        call -> {
          Object answer = call.make();
          if (call.method().equals("tasks")) {
            change.getAndSet(() -> {}).run();
          }
          return answer;
        });
  }

  /** Tasks of ASR, which no queue takes: two pages of them. */
  private static List<String> unroutable(DaneServer server) {
    List<String> tasks =
        register(server, 2 * Pages.SIZE).stream().map(id -> server.assign(id, "ASR")).toList();
    server.settle();
    server.broker().bind("ASR");
    return tasks;
  }

  private static void forceRetry(DaneServer server, String task) {
    server.get("/DANE/task/" + task + "/forceretry").ok();
    server.settle();
    assertThat(server.shown(task)).startsWith("102 ");
  }

  @Test
  void a_task_that_is_unfinished_all_the_time_is_told_once_whatever_its_number_becomes() {
    var change = new AtomicReference<Runnable>(() -> {});
    try (var server = DaneServer.setup().with(changedAfterFirstPage(change)).start()) {
      server.broker().bind("OCR");
      String first = server.assign(server.register("A"), "OCR");
      List<String> others = unroutable(server);
      String done = others.get(others.size() - 2);
      change.set(() -> {
        server.answer(first + ".1", FAILED); // from before the others to behind them
        forceRetry(server, done);
        server.answerLast(DONE);
        forceRetry(server, others.getLast()); // from behind the others to before them
      });

      List<String> told = server.get("/DANE/task/").ok().findValuesAsText("_id");

      assertThat(server.shown(first)).startsWith("500 ");
      List<String> unfinished = new ArrayList<>(others);
      unfinished.addFirst(first);
      unfinished.remove(done);
      assertThat(told).isEqualTo(unfinished);
    }
  }

  @Test
  void what_went_wrong_is_told_once_though_it_goes_wrong_again_meanwhile() {
    var change = new AtomicReference<Runnable>(() -> {});
    try (var server = DaneServer.setup().with(changedAfterFirstPage(change)).start()) {
      List<String> tasks = unroutable(server);
      change.set(() -> {
        forceRetry(server, tasks.getFirst());
        server.answerLast(FAILED);
      });

      JsonNode told = server.get("/DANE/workers/ASR").ok();

      assertThat(server.shown(tasks.getFirst())).startsWith("500 ");
      assertThat(told.path("tasks").findValuesAsText("_id")).isEqualTo(tasks);
      assertThat(told.path("total").asInt()).isEqualTo(tasks.size());
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
