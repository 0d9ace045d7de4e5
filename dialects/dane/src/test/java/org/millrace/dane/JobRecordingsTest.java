package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.dane.JobServer.Reply;
import org.millrace.engine.StorePorts;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.store.sqlite.SqliteStore;
import org.millrace.testkit.memory.InMemoryStore;

/**
 * What the original of the job era answered, in its order, asked of this face; and what it
 * published. JSON is compared as JSON, of pages the status alone. What is answered otherwise on
 * purpose is listed with the section that says so.
 */
class JobRecordingsTest {
  private static final String WORKERS_UP =
      "submit a job that runs to the end (workers for DOWNLOAD, CV and ASR are up)";
  private static final String FORCED = "force a retry of its first task";
  private static final String MERGED =
      "that job after the second answer of DOWNLOAD: values became lists";

  /** Answered otherwise: why, what status, and some of the text instead. */
  private record Deliberate(String why, int status, String body) {}

  private static final Map<String, Deliberate> DELIBERATE = deliberate();

  private static Map<String, Deliberate> deliberate() {
    Map<String, Deliberate> table = new LinkedHashMap<>();
    table.put(
        "submit with the trailing slash that the README shows",
        new Deliberate("1.8: serve the spellings of README-0.1 too", 201, "\"job_id\": "));
    table.put(
        "search at the path that the README shows",
        new Deliberate("1.8: serve the spellings of README-0.1 too", 200, "{\"jobs\": [1, 3, 4]}"));
    String words = "8, errors hard to tell: the status is the original's, the text says what it is";
    table.put(
        "submit: empty source_id", new Deliberate(words, 500, "<p>Source url and id required</p>"));
    table.put(
        "submit: tasks object with two keys", new Deliberate(words, 500, "one member, not 2"));
    table.put(
        "task id is not a number",
        new Deliberate("1.8: such an id may be one of the document era", 404, "message"));
    table.put(
        MERGED,
        new Deliberate(
            "2.7: a better server replaces the entry of the task that ran again",
            200,
            "\"DOWNLOAD\": {\"n\": 2, \"list\": [2], \"file_type\": \"VIDEO\"}"));
    return table;
  }

  private static List<JsonNode> lines(String file) {
    try (InputStream in = JobRecordingsTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(DaneServer::json)
          .toList();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  @Test
  void everything_is_answered_as_the_original_did_or_otherwise_on_purpose(@TempDir Path folder) {
    replay(new InMemoryStore().ports(), folder);
  }

  @Test
  void so_it_is_over_sqlite(@TempDir Path folder) {
    try (var store = SqliteStore.open(SqliteConfig.of(folder.resolve("store")))) {
      replay(store.ports(), folder);
    }
  }

  private static void replay(StorePorts store, Path folder) {
    List<Executable> checks = new ArrayList<>();
    try (var server = new JobServer(store, folder)) {
      var ids = new Ids(folder);
      for (JsonNode line : lines("http-job-era.jsonl")) {
        String label = line.path("label").asText();
        if (label.equals(WORKERS_UP)) {
          List.of("DOWNLOAD", "CV", "ASR").forEach(server.broker()::bind);
        }
        JsonNode request = line.path("request");
        Reply reply =
            server.send(
                request.path("method").asText(),
                ids.ours(request.path("path").asText()),
                text(request.path("body")),
                text(request.path("content_type")));
        checks.add(() -> check(label, line.path("response"), reply, ids));
        if (label.equals("submit with the trailing slash that the README shows")) {
          ids.extra(); // it took a number and a task's, which the original refused
        }
        if (label.equals(WORKERS_UP)) {
          work(server);
        }
        if (label.equals(FORCED)) {
          Message again = server.message(4);
          server.answer(again, answer(2, true));
          server.awaitStates(ids.job(5), "DOWNLOAD 200, CV 200, ASR 200");
        }
      }
      assertAll(checks);
    }
  }

  private static void work(JobServer server) {
    server.answer(server.message(1), answer(1, true));
    server.message(3);
    for (Message message : server.broker().published().subList(1, 3)) {
      boolean cv = message.routingKey().equals("video.CV");
      server.answer(message, answer(1, !cv));
    }
  }

  private static String answer(int n, boolean more) {
    return "{\"state\": 200, \"message\": \"Success\", \"n\": %d%s}"
        .formatted(n, more ? ", \"list\": [" + n + "], \"file_type\": \"VIDEO\"" : "");
  }

  private static Optional<String> text(JsonNode node) {
    return node.isNull() ? Optional.empty() : Optional.of(node.asText());
  }

  /** Numbers differ by one after the job that only this server took; folders are elsewhere. */
  private static final class Ids {
    private final Path folder;
    private int extraAfter = Integer.MAX_VALUE;
    private int extraTaskAfter = Integer.MAX_VALUE;

    Ids(Path folder) {
      this.folder = folder;
    }

    void extra() {
      extraAfter = 1;
      extraTaskAfter = 4;
    }

    int job(int theirs) {
      return theirs > extraAfter && theirs < 900 ? theirs + 1 : theirs;
    }

    private int task(int theirs) {
      return theirs > extraTaskAfter && theirs < 900 ? theirs + 1 : theirs;
    }

    String ours(String path) {
      String[] parts = path.split("/");
      for (int i = 0; i < parts.length; i++) {
        if (parts[i].matches("[0-9]+")) {
          int id = Integer.parseInt(parts[i]);
          parts[i] = Integer.toString(parts[i - 1].equals("task") ? task(id) : job(id));
        }
      }
      return String.join("/", parts) + (path.endsWith("/") ? "/" : "");
    }

    /** A recorded body with our numbers and folders. */
    JsonNode ours(JsonNode body) {
      return DaneServer.json(
          renumbered(body.deepCopy()).toString().replace("/data/dane/", folder + "/"));
    }

    private JsonNode renumbered(JsonNode node) {
      if (node instanceof ObjectNode object) {
        for (String name : List.of("job_id", "task_id")) {
          if (object.path(name).isNumber()) {
            int id = object.path(name).asInt();
            object.put(name, name.equals("job_id") ? job(id) : task(id));
          }
        }
        if (object.path("jobs") instanceof ArrayNode jobs) {
          for (int i = 0; i < jobs.size(); i++) {
            jobs.set(i, jobs.numberNode(job(jobs.get(i).asInt())));
          }
        }
      }
      node.forEach(this::renumbered);
      return node;
    }
  }

  private static void check(String label, JsonNode recorded, Reply reply, Ids ids) {
    Deliberate otherwise = DELIBERATE.get(label);
    if (otherwise != null) {
      assertThat(reply.status()).as(label + ": " + reply.body()).isEqualTo(otherwise.status);
      assertThat(reply.body()).as(label).contains(otherwise.body);
      assertThat(isAsRecorded(recorded, reply, ids))
          .as("%s: as recorded after all, take it from the table", label)
          .isFalse();
      return;
    }
    assertThat(reply.status())
        .as(label + ": " + reply.body())
        .isEqualTo(recorded.path("status").asInt());
    assertThat(reply.type())
        .as(label)
        .startsWith(recorded.path("content_type").asText().replaceFirst(";.*", ""));
    if (reply.type().startsWith("application/json")) {
      JsonNode expected = ids.ours(DaneServer.json(recorded.path("body").asText()));
      if (label.equals("jobs in progress")) {
        expected = DaneServer.json("{\"jobs\": [1, 2, 3, 4, 5]}"); // that of the README is one more
      }
      assertThat(DaneServer.json(reply.body())).as(label).isEqualTo(expected);
    } else if (!recorded.path("body").asText().contains("404")) {
      assertThat(reply.body()).as(label).isEqualTo(recorded.path("body").asText());
    }
    if (recorded.has("allow")) {
      assertThat(methods(reply.allow())).containsAll(methods(recorded.path("allow").asText()));
    }
  }

  private static boolean isAsRecorded(JsonNode recorded, Reply reply, Ids ids) {
    String body = recorded.path("body").asText();
    return reply.status() == recorded.path("status").asInt()
        && (recorded.path("content_type").asText().startsWith("application/json")
            ? ids.ours(DaneServer.json(body)).equals(DaneServer.json(reply.body()))
            : body.equals(reply.body()));
  }

  private static Set<String> methods(String header) {
    return new TreeSet<>(List.of(header.split(", *")));
  }

  @Test
  void every_deliberate_difference_is_one_of_a_line() {
    assertThat(lines("http-job-era.jsonl"))
        .extracting(line -> line.path("label").asText())
        .containsAll(DELIBERATE.keySet())
        .contains(WORKERS_UP, FORCED, MERGED);
  }

  @Test
  void messages_are_those_of_the_original(@TempDir Path folder) {
    List<JsonNode> published =
        lines("amqp.jsonl").stream()
            .filter(line -> line.path("era").asText().equals("job") && line.has("body"))
            .toList();
    assertThat(published).hasSize(3);
    try (var server = new JobServer(new InMemoryStore().ports(), folder)) {
      List.of("DOWNLOAD", "CV", "ASR").forEach(server.broker()::bind);
      server
          .engine()
          .documents()
          .runs()
          .take(JobNumbers.JOBS, 5); // that of the recordings is the sixth
      server.engine().documents().runs().take(JobNumbers.TASKS, 10);
      JsonNode body = DaneServer.json(published.getFirst().path("body").asText());
      server
          .post(
              "/DANE/job",
              """
              {"source_url": "%s", "source_id": "ITM9", "priority": 3, "metadata": {"CV": "dict"},
               "tasks": {"taskSequential": ["DOWNLOAD", {"taskParallel": ["CV", "ASR"]}]}}\
              """
                  .formatted(body.path("source_url").asText()))
          .ok(201);
      server.answer(server.message(1), answer(3, true));
      server.message(3);
      Map<String, Message> byKey = new LinkedHashMap<>();
      server.broker().published().forEach(message -> byKey.put(message.routingKey(), message));
      var ids = new Ids(folder);
      assertThat(byKey).hasSize(3);
      for (JsonNode line : published) {
        Message message = Objects.requireNonNull(byKey.get(line.path("routing_key").asText()));
        assertThat(message.exchange()).isEqualTo(line.path("exchange").asText());
        assertThat(message.priority()).isEqualTo(line.at("/properties/priority").asInt());
        assertThat(message.correlationId())
            .isEqualTo(line.at("/properties/correlation_id").asText() + ".1");
        assertThat(DaneServer.json(new String(message.body(), StandardCharsets.US_ASCII)))
            .isEqualTo(ids.ours(DaneServer.json(line.path("body").asText())));
      }
    }
  }

  /** What workers answered in the recordings: state, message, and what they found besides. */
  @Test
  void every_recorded_answer_of_a_worker_ends_its_task(@TempDir Path folder) {
    List<JsonNode> answered =
        lines("amqp.jsonl").stream()
            .filter(line -> line.path("era").asText().equals("job") && line.has("reply"))
            .toList();
    assertThat(answered).hasSize(7);
    try (var server = new JobServer(new InMemoryStore().ports(), folder)) {
      server.broker().bind("CV");
      long job = server.register("ITM1", "\"cv\"");
      for (int attempt = 1; attempt <= answered.size(); attempt++) {
        JsonNode line = answered.get(attempt - 1);
        String body = line.at("/reply/body").asText();
        ObjectNode reply = (ObjectNode) DaneServer.json(body);
        Message message = server.message(attempt);
        assertThat(message.correlationId()).isEqualTo("1." + attempt);
        server.answer(message, body);
        server.awaitStates(job, "CV " + reply.path("state").asInt());
        assertThat(server.get("/DANE/task/1").ok(200).at("/Task/task_msg"))
            .as(line.path("label").asText())
            .isEqualTo(reply.path("message"));
        assertThat(server.response(job).path("CV"))
            .as(line.path("label").asText())
            .isEqualTo(reply.deepCopy().without(List.of("state", "message")));
        server.get("/DANE/task/1/forceretry").ok(200);
      }
      assertThat(server.deadLetters()).isEmpty();
    }
  }
}
