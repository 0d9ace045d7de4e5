package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.dane.JobServer.Reply;
import org.millrace.testkit.memory.InMemoryStore;

/**
 * Requests of the job era that nobody should send. Its 500 are the original's (contracts/dane.md
 * 1.6): a page that says what was wrong, and nothing of what goes on inside.
 */
class HostileJobRequestsTest {
  private static final int REQUESTS = Integer.getInteger("millrace.requests", 1_000);

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

  private final Random random = new Random(Long.getLong("millrace.seed", 1));

  @Test
  void a_mistake_is_told_on_a_page_and_nothing_of_what_goes_on_inside(@TempDir Path folder) {
    Map<String, Integer> seen = new TreeMap<>();
    try (var server = new JobServer(new InMemoryStore().ports(), folder)) {
      for (int i = 0; i < REQUESTS; i++) {
        String path = any(PATHS);
        Reply reply = ask(server, path);
        seen.merge(path + " " + reply.status(), 1, Integer::sum);
        check(path, reply);
      }
    }
    assertThat(seen) // requests that are all refused, or all taken, would prove little
        .containsKeys("POST /DANE/job 201", "POST /DANE/job 400", "POST /DANE/job 500")
        .containsKeys("GET /DANE/job/{number} 200", "GET /DANE/job/{number} 404");
  }

  private Reply ask(JobServer server, String path) {
    String method = path.substring(0, path.indexOf(' '));
    String sent =
        path.substring(path.indexOf(' ') + 1)
            .replace("{number}", escaped(any(NUMBERS)))
            .replace("{word}", any(WORDS))
            .replace("{text}", escaped(any(List.of("I1", "*", "é", "%", "a b", "x".repeat(999)))));
    return server.send(
        method,
        sent,
        method.equals("POST") ? Optional.of(body()) : Optional.empty(),
        random.nextBoolean() ? Optional.of("application/json") : Optional.empty());
  }

  private String body() {
    if (random.nextInt(6) == 0) {
      return any(BODIES);
    }
    Map<String, String> fields = new TreeMap<>();
    fields.put("source_url", "\"u\"");
    fields.put("source_id", "\"I" + random.nextInt(5) + "\"");
    fields.put("tasks", "{\"taskSequential\": [\"A\", \"B\"]}");
    for (int i = random.nextInt(3); i > 0; i--) {
      fields.put(any(FIELDS), any(VALUES));
    }
    if (random.nextInt(8) == 0) {
      fields.remove(any(FIELDS));
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

  private static void check(String path, Reply reply) {
    if (reply.status() > 500 || reply.body().contains("Incident")) {
      fail(path + ": " + reply);
    }
    if (reply.status() == 500) {
      assertThat(reply.type()).as(path).contains("text/html");
    }
    assertThat(reply.body()).as(path).doesNotContain("Exception", "org.millrace", "java.");
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String any(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
