package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.dane.JobServer.Reply;
import org.millrace.testkit.memory.InMemoryStore;

/**
 * Requests of the job era that nobody should send. Its 500 are the original's (contracts/dane.md
 * 1.6): a page that says what was wrong, and nothing of what goes on inside. {@link HostileRandom}
 * tells how many there are, and how to replay them.
 */
class HostileJobRequestsTest {
  private static final List<String> PATHS =
      List.of(
          "POST /DANE/job",
          "POST /DANE/job/",
          "GET /DANE/job/{number}",
          "DELETE /DANE/job/{number}",
          "GET /DANE/job/{number}/retry",
          "POST /DANE/job/{number}/retry",
          "GET /DANE/job/{number}/delete",
          "GET /DANE/job/inprogress",
          "GET /DANE/job/search/{text}",
          "GET /DANE/search/{text}",
          "GET /DANE/task/{number}",
          "GET /DANE/task/{number}/{word}",
          "GET /DANE/task/{number}/explain");

  private static final List<String> NUMBERS =
      List.of("1", "2", "0", "-1", "007", "99999999999", "1e3", "٣", "x", "1.5", "2147483647");
  private static final List<String> WORDS = List.of("retry", "forceretry", "reset", "delete", "x");
  private static final List<String> TEXTS = List.of("I1", "*", "é", "%", "a b", "x".repeat(999));
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-0",
          "1e999999999",
          "\"\"",
          "\"..\"",
          "\"a/b\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[]",
          "{}",
          "[[[[1]]]]",
          "\"CV\"",
          "{\"taskSequential\": [\"A\", {\"taskParallel\": [\"B\", \"C\"]}]}",
          "{\"taskSequential\": {}}",
          "{\"taskBogus\": [\"A\"]}",
          "{\"SHARED\": 1}",
          "[\"A\", null, 3]",
          "\"" + "x".repeat(70_000) + "\"",
          "{\"a\":".repeat(150) + "1" + "}".repeat(150),
          "[" + "\"A\",".repeat(1_500) + "\"A\"]");
  private static final List<String> BODIES =
      List.of("", "x", "[", "{\"a\":", "[".repeat(5_000), "{} {}", "5", "null", "[]", "{}");
  private static final List<String> FIELDS =
      List.of("source_url", "source_id", "tasks", "metadata", "priority", "response", "job_id");

  @Test
  void a_mistake_is_told_on_a_page_and_nothing_of_what_goes_on_inside(@TempDir Path folder) {
    HostileRandom.play(seed -> play(seed, folder.resolve("seed-" + seed)))
        .ifPresent(seen ->
            assertThat(seen) // requests that are all refused, or all taken, would prove little
                .containsKeys("POST /DANE/job 201", "POST /DANE/job 400", "POST /DANE/job 500")
                .containsKeys("GET /DANE/job/{number} 200", "GET /DANE/job/{number} 404"));
  }

  private static Map<String, Integer> play(long seed, Path folder) {
    Map<String, Integer> seen = new TreeMap<>();
    try (var server = new JobServer(new InMemoryStore().ports(), folder)) {
      var client = new Client(server, new HostileRandom(seed));
      for (int i = 0; i < HostileRandom.PER_SEED; i++) {
        seen.merge(client.ask(), 1, Integer::sum);
      }
    }
    return seen;
  }

  private record Client(JobServer server, HostileRandom random) {
    /** The path, and the status of the answer. */
    String ask() {
      String path = random.any(PATHS);
      String method = path.substring(0, path.indexOf(' '));
      String sent =
          path.substring(path.indexOf(' ') + 1)
              .replace("{number}", HostileRandom.escaped(random.any(NUMBERS)))
              .replace("{word}", random.any(WORDS))
              .replace("{text}", HostileRandom.escaped(random.any(TEXTS)));
      Optional<String> body = method.equals("POST") ? Optional.of(body()) : Optional.empty();
      Reply reply =
          server.send(
              method,
              sent,
              body,
              random.oneIn(2) ? Optional.of("application/json") : Optional.empty());
      check(method + " " + sent + " with " + HostileRandom.shown(body.orElse("nothing")), reply);
      return path + " " + reply.status();
    }

    private String body() {
      if (random.oneIn(6)) {
        return random.any(BODIES);
      }
      Map<String, String> fields = new TreeMap<>();
      fields.put("source_url", "\"u\"");
      fields.put("source_id", "\"I" + random.below(5) + "\"");
      fields.put("tasks", "{\"taskSequential\": [\"A\", \"B\"]}");
      for (int i = random.below(3); i > 0; i--) {
        fields.put(random.any(FIELDS), random.any(VALUES));
      }
      if (random.oneIn(8)) {
        fields.remove(random.any(FIELDS));
      }
      StringBuilder text = new StringBuilder("{");
      fields.forEach((name, value) ->
          text.append(text.length() == 1 ? "" : ", ")
              .append('"')
              .append(name)
              .append("\": ")
              .append(value));
      return text.append("}").toString();
    }

    private static void check(String what, Reply reply) {
      if (reply.status() > 500 || reply.body().contains("Incident")) {
        fail(what + ": " + reply);
      }
      if (reply.status() == 500) {
        assertThat(reply.type()).as(what).contains("text/html");
      }
      HostileRandom.assertTellsNothing(reply.body(), what);
    }
  }
}
