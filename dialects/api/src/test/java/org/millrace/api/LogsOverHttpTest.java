package org.millrace.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.engine.views.LogFolder.Stream.STDERR;
import static org.millrace.engine.views.LogFolder.Stream.STDOUT;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskId;

@Timeout(60)
final class LogsOverHttpTest {
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

  private static String first(TaskId id, String rest) {
    return "/tasks/" + id + "/attempts/1/executors/0/" + rest;
  }

  /** So many bytes of a stream that goes on. */
  private static String next(InputStream in, String expected) throws IOException {
    return new String(in.readNBytes(expected.getBytes(UTF_8).length), UTF_8);
  }

  private static String rest(InputStream in) throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  @Test
  void a_whole_log_is_text() throws Exception {
    TaskId id = server.ran(Specs.exits(0));
    server.log(id, 1, 0, STDOUT, "grüße\n");
    server.log(id, 1, 0, STDERR, "oh\n");

    HttpResponse<String> answer = server.get(first(id, "stdout"));

    assertThat(answer.body()).isEqualTo("grüße\n");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("8");
    assertThat(answer.headers().firstValue("Log-Part")).hasValue("whole");
    assertThat(server.get(first(id, "stderr")).body()).isEqualTo("oh\n");
  }

  @Test
  void a_range_is_sent_alone() throws Exception {
    TaskId id = server.ran(Specs.exits(0));
    server.log(id, 1, 0, STDOUT, "0123456789");

    HttpResponse<String> middle = server.get(first(id, "stdout"), "Range", "bytes=2-4");
    HttpResponse<String> beyond = server.get(first(id, "stdout"), "Range", "bytes=10-");

    assertThat(middle.statusCode()).isEqualTo(206);
    assertThat(middle.headers().firstValue("Content-Range")).hasValue("bytes 2-4/10");
    assertThat(middle.body()).isEqualTo("234");
    assertThat(beyond.statusCode()).isEqualTo(416);
  }

  @ParameterizedTest
  @CsvSource({"4,6789", "10,0123456789", "11,0123456789", "0,''"})
  void a_tail_is_so_many_bytes_of_the_end(int bytes, String expected) throws Exception {
    TaskId id = server.ran(Specs.exits(0));
    server.log(id, 1, 0, STDOUT, "0123456789");

    assertThat(server.get(first(id, "stdout?tail=" + bytes)).body()).isEqualTo(expected);
  }

  @Test
  void where_the_file_is_gone_the_recorded_end_is_sent() throws Exception {
    TaskId id = server.ran(Specs.exits(3));

    HttpResponse<String> answer = server.get("/tasks/" + id + "/logs/stderr");

    assertThat(answer.body()).isEqualTo("it failed\n");
    assertThat(answer.headers().firstValue("Log-Part")).hasValue("tail");
    assertThat(server.get("/tasks/" + id + "/logs/stderr?tail=4").body()).isEqualTo("led\n");
  }

  @Test
  void the_latest_log_is_that_of_the_last_executor_that_has_one() throws Exception {
    TaskId id = server.running(Specs.waits(3));
    server.log(id, 1, 0, STDOUT, "zero\n");
    server.log(id, 1, 1, STDOUT, "one\n");

    assertThat(server.get("/tasks/" + id + "/logs/stdout").body()).isEqualTo("one\n");
    assertThat(server.get("/tasks/" + id + "/logs/stdout?executor=0").body()).isEqualTo("zero\n");
  }

  @Test
  void files_that_were_made_before_anything_is_written_are_passed_over() throws Exception {
    TaskId id = server.running(Specs.waits(3));
    server.makeLogs(id, 3);

    assertThat(server.get("/tasks/" + id + "/logs/stdout").body()).isEmpty();
    server.log(id, 1, 1, STDOUT, "one\n");
    assertThat(server.get("/tasks/" + id + "/logs/stdout").body()).isEqualTo("one\n");
    assertThat(server.get("/tasks/" + id + "/logs/stdout?executor=2").body()).isEmpty();
  }

  @Test
  void following_does_not_run_ahead_to_files_that_are_empty() throws Exception {
    TaskId id = server.running(Specs.waits(3));
    server.makeLogs(id, 3);

    try (InputStream all = server.open("/tasks/" + id + "/logs/stdout?follow=true").body();
        InputStream one = server.open(first(id, "stdout?follow=true")).body()) {
      server.log(id, 1, 0, STDOUT, "zero\n");
      assertThat(next(all, "zero\n")).isEqualTo("zero\n");
      server.log(id, 1, 0, STDOUT, "again\n");
      assertThat(next(all, "again\n")).isEqualTo("again\n");
      server.log(id, 1, 2, STDOUT, "two\n");
      assertThat(next(all, "two\n")).isEqualTo("two\n");
      assertThat(rest(one)).isEqualTo("zero\nagain\n");
      for (int i = 0; i < 3; i++) {
        server.runtime().end(id, 0);
      }
      assertThat(rest(all)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/attempts/0/executors/0/stdout    | 400 | attempt: '0' is not a whole number of at least"
            + " 1",
        "/attempts/x/executors/0/stdout    | 400 | attempt: 'x' is not a whole number",
        "/attempts/1/executors/-1/stdout   | 400 | executor: '-1' is not a whole number",
        "/attempts/2/executors/0/stdout    | 404 | attempt 2 of task",
        "/attempts/1/executors/1/stdout    | 404 | executor 1 of task",
        "/attempts/1/executors/0/stdin     | 404 | stream 'stdin'",
        "/attempts/2/executors/0/stdout?follow=true | 404 | attempt 2 of task",
        "/logs/stdout?tail=-1              | 400 | tail: must be between 0 and",
        "/logs/stdout?follow=perhaps       | 400 | follow: must be true or false",
        "/logs/stdout?lines=5              | 400 | lines: is no parameter of this",
      })
  void a_refused_log_names_field_and_reason(String path, int status, String reason)
      throws Exception {
    TaskId id = server.ran(Specs.exits(0));

    HttpResponse<String> answer = server.get("/tasks/" + id + path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(reason);
  }

  @Test
  void a_tail_of_a_range_is_refused() throws Exception {
    TaskId id = server.ran(Specs.exits(0));

    HttpResponse<String> answer =
        server.get("/tasks/" + id + "/logs/stdout?tail=3", "Range", "bytes=0-1");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("tail: cannot be asked for together with a Range header");
  }

  @Test
  void a_task_that_has_written_nothing_yet_has_no_log() throws Exception {
    TaskId id = server.running(Specs.waits(1));

    HttpResponse<String> answer = server.get("/tasks/" + id + "/logs/stdout");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("a log of task " + id + ", which is RUNNING, not found");
    server.runtime().end(id, 0);
  }

  @Test
  void a_followed_log_begins_before_its_file_and_ends_with_the_task() throws Exception {
    TaskId id = server.running(Specs.waits(1));

    try (InputStream log = server.open(first(id, "stdout?follow=true")).body()) {
      server.log(id, 1, 0, STDOUT, "first\n");
      assertThat(next(log, "first\n")).isEqualTo("first\n");
      server.log(id, 1, 0, STDOUT, "sécond\n");
      assertThat(next(log, "sécond\n")).isEqualTo("sécond\n");
      server.log(id, 1, 0, STDOUT, "last");
      server.runtime().end(id, 0);
      assertThat(rest(log)).isEqualTo("last");
    }
  }

  @Test
  void what_is_written_at_the_very_end_is_followed_too() throws Exception {
    TaskId id = server.running(Specs.waits(1));
    server.log(id, 1, 0, STDOUT, "first\n");

    try (InputStream log = server.open(first(id, "stdout?follow=true")).body()) {
      assertThat(next(log, "first\n")).isEqualTo("first\n");
      server.beforeNextGlance(() -> writeAndEnd(id, "last\n"));
      assertThat(rest(log)).isEqualTo("last\n");
    }
  }

  private void writeAndEnd(TaskId id, String text) {
    try {
      server.log(id, 1, 0, STDOUT, text);
      server.runtime().end(id, 0);
      server.awaitEnd(id);
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void a_followed_log_waits_for_the_start_of_a_queued_task() throws Exception {
    TaskId id = server.submit(Specs.bringsAndWaits("/big"));

    try (InputStream log = server.open("/tasks/" + id + "/logs/stdout?follow=true").body()) {
      server.runtime().stageToTheEnd();
      server.log(id, 1, 0, STDOUT, "here\n");
      assertThat(next(log, "here\n")).isEqualTo("here\n");
      server.runtime().end(id, 0);
      assertThat(rest(log)).isEmpty();
    }
  }

  @Test
  void a_followed_task_goes_from_executor_to_executor() throws Exception {
    TaskId id = server.running(Specs.waits(3));

    try (InputStream log = server.open("/tasks/" + id + "/logs/stdout?follow=true").body()) {
      server.log(id, 1, 0, STDOUT, "zero\n");
      assertThat(next(log, "zero\n")).isEqualTo("zero\n");
      server.log(id, 1, 0, STDOUT, "zero again\n");
      server.log(id, 1, 1, STDOUT, "one\n");
      server.log(id, 1, 2, STDOUT, "two\n");
      server.runtime().end(id, 0);
      server.runtime().end(id, 0);
      server.runtime().end(id, 0);
      assertThat(rest(log)).isEqualTo("zero again\none\ntwo\n");
    }
  }

  @Test
  void a_followed_executor_ends_when_the_next_one_begins() throws Exception {
    TaskId id = server.running(Specs.waits(2));

    try (InputStream log = server.open(first(id, "stdout?follow=true")).body()) {
      server.log(id, 1, 0, STDOUT, "zero\n");
      server.log(id, 1, 1, STDOUT, "one\n");
      assertThat(rest(log)).isEqualTo("zero\n");
    }
    server.runtime().end(id, 0);
    server.runtime().end(id, 0);
  }

  @Test
  void a_followed_task_goes_on_with_its_next_attempt() throws Exception {
    var again = new RetryPolicy(2, Duration.ZERO, Duration.ZERO, true);
    TaskId id = server.running(Specs.retried(Specs.waits(1), again));

    try (InputStream all = server.open("/tasks/" + id + "/logs/stdout?follow=true").body();
        InputStream one = server.open(first(id, "stdout?follow=true")).body()) {
      server.log(id, 1, 0, STDOUT, "first try\n");
      assertThat(next(all, "first try\n")).isEqualTo("first try\n");
      server.runtime().end(id, 1);
      assertThat(rest(one)).isEqualTo("first try\n");
      server.log(id, 2, 0, STDOUT, "second try\n");
      server.runtime().end(id, 0);
      assertThat(rest(all)).isEqualTo("second try\n");
    }
  }

  @Test
  void following_may_begin_near_the_end() throws Exception {
    TaskId id = server.running(Specs.waits(1));
    server.log(id, 1, 0, STDOUT, "0123456789");

    try (InputStream log = server.open(first(id, "stdout?follow=true&tail=3")).body()) {
      assertThat(next(log, "789")).isEqualTo("789");
      server.log(id, 1, 0, STDOUT, "ab");
      server.runtime().end(id, 0);
      assertThat(rest(log)).isEqualTo("ab");
    }
  }

  @Test
  void following_what_has_ended_sends_all_of_it() throws Exception {
    TaskId id = server.ran(Specs.exits(3));

    assertThat(server.get("/tasks/" + id + "/logs/stdout?follow=true").body())
        .isEqualTo("so far so good\n");
    server.log(id, 1, 0, STDOUT, "all of it\n");
    assertThat(server.get("/tasks/" + id + "/logs/stdout?follow=true").body())
        .isEqualTo("all of it\n");
  }

  @Test
  void a_follower_that_leaves_is_noticed_though_nothing_is_written() throws Exception {
    TaskId id = server.running(Specs.waits(1));
    InputStream log = server.open("/tasks/" + id + "/logs/stdout?follow=true").body();
    server.eventually(() -> server.http().openStreams() == 1);

    log.close();

    server.eventually(() -> server.http().openStreams() == 0);
    server.runtime().end(id, 0);
  }

  @Test
  void a_large_log_is_followed_byte_for_byte() throws Exception {
    TaskId id = server.running(Specs.waits(1));
    var written = new StringBuilder();
    try (InputStream log = server.open("/tasks/" + id + "/logs/stdout?follow=true").body()) {
      for (int i = 0; i < 200; i++) {
        String block = ("line " + i + " ✓\n").repeat(500);
        written.append(block);
        server.log(id, 1, 0, STDOUT, block);
      }
      server.runtime().end(id, 0);
      assertThat(rest(log)).isEqualTo(written.toString());
    }
  }

  /** A file may go between the look for it and its reading, and another take its place. */
  @Test
  void a_log_that_is_put_elsewhere_and_back_breaks_no_follower() throws Exception {
    TaskId id = server.running(Specs.waits(1));
    server.log(id, 1, 0, STDOUT, "first\n");
    var over = new AtomicBoolean();
    Thread moving =
        Thread.ofVirtual()
            .start(() -> {
              while (!over.get()) {
                server.putAway(id);
                server.putBack(id);
              }
            });
    try (InputStream log = server.open("/tasks/" + id + "/logs/stdout?follow=true").body()) {
      assertThat(next(log, "first\n")).isEqualTo("first\n");
      for (int i = 0; i < 200; i++) {
        HttpResponse<String> whole = server.get("/tasks/" + id + "/logs/stdout");
        assertThat(whole.statusCode()).as(whole.body()).isIn(200, 404, 503);
      }
      over.set(true);
      moving.join();
      server.log(id, 1, 0, STDOUT, "last\n");
      server.runtime().end(id, 0);
      assertThat(rest(log)).isEqualTo("last\n");
    }
  }
}
