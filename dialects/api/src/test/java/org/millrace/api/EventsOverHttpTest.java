package org.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.TaskId;

@Timeout(60)
final class EventsOverHttpTest {
  @TempDir private Path folder;
  private ApiServer server;

  @BeforeEach
  void start() {
    server = ApiServer.in(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<Sse.Event> upTo(int count, Sse stream) throws Exception {
    var events = new ArrayList<Sse.Event>();
    while (events.size() < count) {
      events.add(stream.next().orElseThrow());
    }
    return events;
  }

  private static List<String> kinds(List<Sse.Event> events) {
    return events.stream().map(Sse.Event::kind).toList();
  }

  private List<Long> stored() {
    return server
        .engine()
        .views()
        .history(0, Optional.empty(), 1_000_000, Caller.ANONYMOUS)
        .stream()
        .map(HistoryEvent::sequence)
        .toList();
  }

  @Test
  void a_stream_begins_at_the_newest_and_says_where_that_is() throws Exception {
    server.ran(Specs.exits(0));
    long newest = server.engine().views().newestEvent();

    try (var stream = Sse.open(server, "/events")) {
      Sse.Event begin = stream.next().orElseThrow();
      TaskId id = server.submit(Specs.exits(0));
      Sse.Event first = stream.next().orElseThrow();

      assertThat(begin.kind()).isEqualTo("begin");
      assertThat(begin.sequence()).isEqualTo(newest);
      assertThat(first.kind()).isEqualTo("submitted");
      assertThat(first.sequence()).isEqualTo(newest + 1);
      assertThat(first.data().path("task").asText()).isEqualTo(id.text());
      assertThat(stream.answer().headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/event-stream");
    }
  }

  @Test
  void an_event_is_described_and_its_id_is_its_sequence() throws Exception {
    TaskId id = server.ran(Specs.exits(3));

    try (var stream = Sse.open(server, "/events?after=0")) {
      List<Sse.Event> events = upTo(4, stream);

      assertThat(kinds(events)).containsExactly("submitted", "attempt_begun", "started", "ended");
      assertThat(events.getLast().data().toString())
          .isEqualTo(
              """
              {"sequence":%s,"task":"%s","owner":"anonymous","at":"2026-03-01T12:00:00Z",\
              "kind":"ended","state":"EXECUTOR_ERROR","attempt":1,"detail":"exit-code"}\
              """
                  .formatted(events.getLast().id(), id));
      JsonNode schema = Described.document().at("/components/schemas/Event");
      for (Sse.Event event : events) {
        assertThat(Described.mistakes(event.data(), schema, "event")).isEmpty();
      }
    }
  }

  @Test
  void nothing_is_lost_and_nothing_told_twice_however_often_the_line_breaks() throws Exception {
    var chance = new Random(7);
    var seen = new ArrayList<Long>();
    Thread work =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 300; i++) {
                server.submit(Specs.exits(i % 2));
              }
            });

    String last = "";
    while (seen.size() < 300 * 4) {
      String[] resume = last.isEmpty() ? new String[0] : new String[] {"Last-Event-ID", last};
      try (var stream = Sse.open(server, "/events?after=0", resume)) {
        int most = Math.min(1 + chance.nextInt(40), 300 * 4 - seen.size());
        for (Sse.Event event : upTo(most, stream)) {
          seen.add(event.sequence());
          last = event.id();
        }
      }
    }
    work.join();

    assertThat(seen).isEqualTo(stored());
  }

  @Test
  void what_happens_while_history_is_read_is_told_at_the_next_look() throws Exception {
    var left = new AtomicInteger(20);
    server.afterReadingHistory(() -> {
      if (left.getAndDecrement() > 0) {
        server.submit(Specs.ownedBy("ann", Specs.exits(0)));
      }
    });

    try (var stream = Sse.open(server, "/events?after=0", "Authorization", "User ann")) {
      List<Long> seen = upTo(20 * 4, stream).stream().map(Sse.Event::sequence).toList();
      assertThat(seen).isEqualTo(stored());
    }
  }

  @Test
  void a_break_before_the_first_event_loses_nothing() throws Exception {
    String begin;
    try (var stream = Sse.open(server, "/events")) {
      begin = stream.next().orElseThrow().id();
    }
    TaskId id = server.ran(Specs.exits(0));

    try (var stream = Sse.open(server, "/events", "Last-Event-ID", begin)) {
      Sse.Event first = stream.next().orElseThrow();
      assertThat(first.kind()).isEqualTo("submitted");
      assertThat(first.data().path("task").asText()).isEqualTo(id.text());
    }
  }

  @Test
  void the_header_of_a_client_that_was_cut_off_wins_over_its_url() throws Exception {
    server.ran(Specs.exits(0));

    try (var stream = Sse.open(server, "/events?after=0", "Last-Event-ID", "2")) {
      assertThat(stream.next().orElseThrow().sequence()).isEqualTo(3);
    }
  }

  @Test
  void a_caller_hears_of_own_tasks_alone() throws Exception {
    try (var stream = Sse.open(server, "/events?after=0", "Authorization", "User ann")) {
      for (int i = 0; i < 5; i++) {
        server.ran(Specs.ownedBy("bob", Specs.exits(0)));
        server.ran(Specs.ownedBy("ann", Specs.exits(0)));
      }
      assertThat(upTo(20, stream))
          .allMatch(event -> event.data().path("owner").asText().equals("ann"));
    }
  }

  @Test
  void a_stream_can_be_of_one_task() throws Exception {
    TaskId one = server.running(Specs.waits(1));
    TaskId other = server.running(Specs.waits(1));

    try (var stream = Sse.open(server, "/events?after=0&task=" + other)) {
      server.runtime().end(one, 0);
      server.runtime().end(other, 0);
      assertThat(upTo(4, stream))
          .allMatch(event -> event.data().path("task").asText().equals(other.text()));
    }
  }

  @Test
  void the_stream_of_a_task_ends_with_it() throws Exception {
    TaskId id = server.running(Specs.waits(1));

    try (var stream = Sse.open(server, "/tasks/" + id + "/events", "Accept", "text/event-stream")) {
      assertThat(kinds(upTo(3, stream))).containsExactly("submitted", "attempt_begun", "started");
      server.runtime().end(id, 0);
      Sse.Event last = stream.next().orElseThrow();
      assertThat(last.kind()).isEqualTo("ended");
      assertThat(stream.next()).isEmpty();

      HttpResponse<String> again =
          server.get(
              "/tasks/" + id + "/events",
              "Accept",
              "text/event-stream",
              "Last-Event-ID",
              last.id());
      assertThat(again.statusCode()).isEqualTo(204);
    }
  }

  @Test
  void the_stream_of_a_task_tells_of_its_staging() throws Exception {
    TaskId id = server.submit(Specs.brings("/big"));

    try (var stream = Sse.open(server, "/tasks/" + id + "/events", "Accept", "text/event-stream")) {
      Sse.Event event = stream.next().orElseThrow();
      while (!event.kind().equals("staging") || event.data().path("moved").asInt() == 0) {
        event = stream.next().orElseThrow();
      }
      assertThat(event.id()).isEmpty();
      assertThat(event.data().path("file").asText()).isEqualTo("big.bin");
      assertThat(event.data().path("moved").asInt()).isEqualTo(400);
      JsonNode schema = Described.document().at("/components/schemas/Staging");
      assertThat(Described.mistakes(event.data(), schema, "staging")).isEmpty();
      server.runtime().stageToTheEnd();
    }
  }

  @Test
  void watching_a_task_reads_no_more_of_it_than_a_glance() throws Exception {
    TaskId id = server.submit(Specs.brings("/big"));

    try (var stream = Sse.open(server, "/tasks/" + id + "/events", "Accept", "text/event-stream")) {
      while (!stream.next().orElseThrow().kind().equals("staging")) {
        Thread.onSpinWait();
      }
      var looks = new CountDownLatch(3);
      server.afterReadingHistory(looks::countDown);
      int before = server.finds();
      looks.await();

      assertThat(server.finds()).isEqualTo(before);
      server.runtime().stageToTheEnd();
    }
  }

  @Test
  void the_history_of_a_task_can_be_read_page_by_page() throws Exception {
    server.ran(Specs.exits(0));
    TaskId id = server.ran(Specs.exits(0));

    JsonNode first = server.json("/tasks/" + id + "/events?page_size=3");
    JsonNode second =
        server.json("/tasks/" + id + "/events?after=" + first.path("next_after").asText());

    assertThat(first.path("events").findValuesAsText("kind"))
        .containsExactly("submitted", "attempt_begun", "started");
    assertThat(second.path("events").findValuesAsText("kind")).containsExactly("ended");
    assertThat(second.has("next_after")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/events?after=x        | 400 | after: must be the id of an event",
        "/events?after=-1       | 400 | after: must be the id of an event",
        "/events?after=99999    | 409 | after: this history ends at",
        "/events?task=a%20b     | 400 | task: must be the id of a task",
        "/events?task=nothing   | 404 | task nothing not found",
        "/events?since=3        | 400 | since: is no parameter of this; there are after, task",
      })
  void a_refused_stream_names_field_and_reason(String path, int status, String reason)
      throws Exception {
    HttpResponse<String> answer = server.get(path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(reason);
  }

  @Test
  void a_cursor_of_another_history_is_refused() throws Exception {
    HttpResponse<String> answer = server.get("/events", "Last-Event-ID", "12");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("Last-Event-ID: this history ends at 0, before 12");
  }

  @Test
  void streams_are_bounded_and_a_place_comes_free() throws Exception {
    try (var small =
        ApiServer.with(
            folder.resolve("small"), config -> config.withStreams(4, Duration.ofSeconds(15)))) {
      try (var taken = Sse.open(small, "/events")) {
        taken.next();
        assertThat(small.get("/events").statusCode()).isEqualTo(429);
      }
      small.eventually(() -> small.http().openStreams() == 0);
      try (var free = Sse.open(small, "/events")) {
        assertThat(free.answer().statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void streams_end_in_order_when_the_server_stops() throws Exception {
    try (var stream = Sse.open(server, "/events")) {
      stream.next();
      server.http().close();
      assertThat(stream.next()).isEmpty();
    }
  }
}
