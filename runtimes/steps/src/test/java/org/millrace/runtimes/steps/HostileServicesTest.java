package org.millrace.runtimes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.runtimes.steps.Plans.at;
import static org.millrace.runtimes.steps.Plans.call;
import static org.millrace.runtimes.steps.Plans.get;
import static org.millrace.runtimes.steps.Plans.map;
import static org.millrace.runtimes.steps.Plans.poll;
import static org.millrace.runtimes.steps.Plans.post;
import static org.millrace.runtimes.steps.Plans.work;
import static org.millrace.runtimes.steps.Service.answer;
import static org.millrace.runtimes.steps.Service.redirect;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.Step;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.engine.attempt.Collected;

/** Services that are away, slow, wrong or malicious: each has its cause, and holds nothing up. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileServicesTest {
  private static final Duration BRIEF = Duration.ofMillis(300);

  /** Passes where a test says so: a busy machine may not ask twice in a short while. */
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir private Path folder;
  private StepsRig rig;
  private Service service;

  @BeforeEach
  void open() throws Exception {
    rig = new StepsRig(folder);
    service = new Service();
  }

  @AfterEach
  void close() {
    service.close();
    rig.close();
  }

  private Cause why(Step... steps) throws InterruptedException {
    return rig.run(work(steps)).whyFailed().orElseThrow();
  }

  // --- no answer ---

  @Test
  void one_that_refuses_the_connection() throws Exception {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    Cause why = why(call("a", get("http://127.0.0.1:" + free + "/x")));

    assertThat(why.code()).isEqualTo("peer-unreachable");
    assertThat(why.message()).contains("step 'a'", "/x", "refused");
    assertThat(why.byCaller()).isFalse();
  }

  @Test
  void one_that_takes_the_connection_and_never_answers() throws Exception {
    try (var silent = new RawService(_ -> {})) {
      Cause why = why(call("a", get(silent.url("/x")), BRIEF));

      assertThat(why.code()).isEqualTo("peer-silent");
      assertThat(why.message()).contains("300 ms");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "H",
        "HTTP/1.1 200 OK\r\nX-Odd: ",
        "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
      })
  void one_that_drips(String beginning) throws Exception {
    try (var dripping =
        new RawService(connection -> {
          OutputStream out = connection.getOutputStream();
          out.write(beginning.getBytes(StandardCharsets.UTF_8));
          while (!Thread.interrupted()) {
            out.write('x');
            out.flush();
            LockSupport.parkNanos(20_000_000);
          }
        })) {
      long begun = System.nanoTime();

      Cause why = why(call("a", get(dripping.url("/x")), BRIEF));

      assertThat(why.code()).isEqualTo("peer-silent");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "220 mail.example ESMTP\r\n",
        "\u0000\u0001\u0002",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      })
  void one_that_answers_nonsense(String nonsense) throws Exception {
    try (var odd = RawService.saying(nonsense)) {
      assertThat(why(call("a", get(odd.url("/x")))).code()).isEqualTo("peer-broke-off");
    }
  }

  @Test
  void one_without_an_address() throws Exception {
    Cause why = why(call("a", get("http://nowhere.invalid/x")));

    assertThat(why.code()).isEqualTo("host-unknown");
  }

  @Test
  void one_that_policy_forbids() throws Exception {
    Cause why = why(call("a", get("http://169.254.169.254/latest/meta-data")));

    assertThat(why.code()).isEqualTo("destination-denied");
    assertThat(why.byCaller()).isTrue();
  }

  @Test
  void nothing_is_sent_twice_though_nothing_came_back() throws Exception {
    try (var rude =
        new RawService(connection -> {
          connection.getInputStream().read(new byte[8192]);
          connection.close();
        })) {
      assertThat(why(call("a", post(rude.url("/x"), map()))).code()).isEqualTo("peer-broke-off");
      assertThat(rude.connections()).isEqualTo(1);
    }
  }

  // --- elsewhere ---

  @Test
  void one_that_moved_for_good_gets_the_same_again_there() throws Exception {
    for (int status : List.of(307, 308)) {
      service.on("/old", redirect(status, "/new")).on("/new", 202, "{}");

      Collected collected = rig.run(work(call("a", post(service.url("/old"), map("k", 1)))));

      assertThat(collected.whyFailed()).isEmpty();
      assertThat(service.got().getLast().method()).isEqualTo("POST");
      assertThat(service.got().getLast().path()).isEqualTo("/new");
      assertThat(service.got().getLast().body()).isEqualTo("{\"k\":1}");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303})
  void one_that_may_mean_something_else_is_not_guessed_at(int status) throws Exception {
    service.on("/old", redirect(status, "/new")).on("/new", 200, "{\"here\": true}");

    Cause why = why(call("a", post(service.url("/old"), map())));

    assertThat(why.code()).isEqualTo("redirect-refused");
    assertThat(why.message()).contains(String.valueOf(status));
    assertThat(service.times("GET /new") + service.times("POST /new")).isZero();
    assertThat(at(value(call("a", get(service.url("/old")))), "steps", "a", "body", "here"))
        .isEqualTo(new Value.Truth(true));
  }

  @Test
  void a_status_that_is_accepted_is_an_answer_wherever_it_points() throws Exception {
    service.on("/old", redirect(303, "/jobs/5"));
    var accepting =
        new Step.Call(
            "a",
            post(service.url("/old"), map()),
            Set.of(303),
            Optional.empty(),
            Duration.ofSeconds(30));

    assertThat(at(value(accepting), "steps", "a", "status")).isEqualTo(new Value.Numeral("303"));
  }

  @Test
  void one_that_sends_us_where_nobody_may_go() throws Exception {
    service.on("/old", redirect(307, "http://169.254.169.254/latest/meta-data"));

    assertThat(why(call("a", get(service.url("/old")))).code()).isEqualTo("destination-denied");
    assertThat(why(poll("b", service.url("/old"), Optional.empty(), Duration.ofHours(1))).code())
        .isEqualTo("destination-denied");
  }

  @Test
  void one_that_sends_us_round() throws Exception {
    service.on("/a", redirect(307, "/b")).on("/b", redirect(307, "/a"));

    assertThat(why(call("a", get(service.url("/a")))).code()).isEqualTo("redirect-loop");
    assertThat(service.got()).hasSize(6);
  }

  @Test
  void credentials_do_not_go_along_to_another_server() throws Exception {
    try (var other = new Service()) {
      other.on("/new", 200, "{}");
      service.on("/old", redirect(307, other.url("/new"))).on("/near", redirect(307, "/same"));
      service.on("/same", 200, "{}");
      Map<String, String> headers =
          Map.of("Authorization", "Bearer secret1", "X-Functions-Key", "secret2", "X-Mine", "1");

      rig.run(
          work(
              call("a", new HttpRequest("GET", service.url("/old"), headers, Optional.empty())),
              call("b", new HttpRequest("GET", service.url("/near"), headers, Optional.empty()))));

      assertThat(other.got().getFirst().headers())
          .containsKey("X-mine")
          .doesNotContainKeys("Authorization", "X-functions-key");
      assertThat(service.got().getLast().path()).isEqualTo("/same");
      assertThat(service.got().getLast().headers()).containsKey("Authorization");
    }
  }

  // --- an answer of no use ---

  private Value value(Step... steps) throws InterruptedException {
    Collected collected = rig.run(work(steps));
    assertThat(collected.whyFailed()).isEmpty();
    return collected.value().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"400, true", "404, true", "500, false", "503, false", "304, false"})
  void a_status_that_is_not_accepted(int status, boolean byCaller) throws Exception {
    service.on("/x", answer(status, "text/plain", "first\nline " + "x".repeat(1_000)));

    Cause why = why(call("a", get(service.url("/x"))));

    assertThat(why.code()).isEqualTo("status-not-accepted");
    assertThat(why.message()).contains("answered " + status).doesNotContain("\n");
    assertThat(why.message().length()).isLessThan(400);
    assertThat(why.byCaller()).isEqualTo(byCaller);
  }

  @Test
  void ten_megabytes() throws Exception {
    service.on("/x", answer(200, "text/plain", "x".repeat(10 << 20)));

    assertThat(why(call("a", get(service.url("/x")))).code()).isEqualTo("reply-too-large");
    assertThat(why(poll("b", service.url("/x"))).code()).isEqualTo("reply-too-large");
  }

  @Test
  void as_much_as_is_kept_and_a_byte_more() throws Exception {
    int most = 256 * 1024 - "{\"status\":200,\"body\":\"\"}".length();
    service.on("/x", answer(200, "text/plain", "x".repeat(most)));
    service.on("/y", answer(200, "text/plain", "x".repeat(most + 1)));

    value(call("a", get(service.url("/x"))));
    assertThat(why(call("a", get(service.url("/y")))).code()).isEqualTo("reply-too-large");
  }

  @Test
  void many_replies_that_are_too_much_together() throws Exception {
    service.on("/x", answer(200, "text/plain", "x".repeat(250 * 1024)));
    Step[] steps = new Step[12];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = call("s" + i, get(service.url("/x")));
    }

    Cause why = why(steps);

    assertThat(why.code()).isEqualTo("replies-too-large");
    assertThat(why.message()).contains("'s8'");
  }

  @Test
  void what_calls_itself_json_and_is_none() throws Exception {
    for (String bad : List.of("{\"a\": ", "{} {}", "<html>", "{'a': 1}", "NaN")) {
      service.on("/x", 200, bad);
      Cause why = why(call("a", get(service.url("/x"))));
      assertThat(why.code()).as(bad).isEqualTo("reply-unreadable");
      assertThat(why.message()).contains("it begins: " + bad.strip());
    }
  }

  @Test
  void json_a_hundred_thousand_deep() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    service.on("/x", 200, deep).on("/text", answer(200, "text/plain", deep));

    assertThat(why(call("a", get(service.url("/x")))).code()).isEqualTo("reply-unreadable");
    assertThat(at(value(call("a", get(service.url("/text")))), "steps", "a", "body"))
        .isEqualTo(new Value.Text(deep));
  }

  @Test
  void two_hundred_deep_is_taken() throws Exception {
    service.on("/x", 200, "[".repeat(200) + "]".repeat(200));
    service.on("/y", 200, "[".repeat(201) + "]".repeat(201));

    value(call("a", get(service.url("/x"))));
    assertThat(why(call("a", get(service.url("/y")))).code()).isEqualTo("reply-unreadable");
  }

  @Test
  void numbers_and_texts_as_they_came() throws Exception {
    service.on(
        "/x", 200, "{\"a\": 1e400, \"b\": 9223372036854775807, \"c\": 1.0, \"d\": \"\\ud800x\"}");
    service.on("/empty", 200, "");
    service.on("/plain", answer(200, "text/html", "42"));
    service.on(
        "/bytes",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {(byte) 0xff, 'a'});
        });

    Value left =
        value(
            call("x", get(service.url("/x"))),
            call("empty", get(service.url("/empty"))),
            call("plain", get(service.url("/plain"))),
            call("bytes", get(service.url("/bytes"))));

    assertThat(at(left, "steps", "x", "body", "a")).isEqualTo(new Value.Numeral("1e400"));
    assertThat(at(left, "steps", "x", "body", "b"))
        .isEqualTo(new Value.Numeral("9223372036854775807"));
    assertThat(at(left, "steps", "x", "body", "c")).isEqualTo(new Value.Numeral("1.0"));
    assertThat(at(left, "steps", "x", "body", "d")).isEqualTo(new Value.Text("?x"));
    assertThat(at(left, "steps", "empty", "body")).isEqualTo(new Value.Text(""));
    assertThat(at(left, "steps", "plain", "body")).isEqualTo(new Value.Numeral("42"));
    assertThat(at(left, "steps", "bytes", "body")).isEqualTo(new Value.Text("\uFFFDa"));
  }

  // --- jobs ---

  private Cause whyOfPoll(Duration patience) throws InterruptedException {
    return why(poll("wait", service.url("/p"), Optional.empty(), patience));
  }

  @Test
  void one_that_fails_for_a_while_and_then_goes_well() throws Exception {
    service.on(
        "/p",
        answer(500, "oops"),
        answer(503, "text/html", "<html>"),
        answer(200, "not yet json"),
        answer(200, "{\"nothing\": 1}"),
        answer(404, "{}"),
        answer(200, "{\"status\": \"progress\"}"),
        answer(502, ""),
        answer(200, "{\"status\": \"complete\"}"));

    Value left = value(poll("wait", service.url("/p"), Optional.empty(), Duration.ofSeconds(20)));

    assertThat(at(left, "steps", "wait", "body", "status")).isEqualTo(new Value.Text("complete"));
    assertThat(service.got()).hasSize(8);
  }

  private void later(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  @Test
  void one_that_fails_for_longer_than_patience_lasts() throws Exception {
    rig.with(now::get);
    service.on(
        "/p",
        exchange -> {
          later(Duration.ofMillis(400));
          answer(500, "oops").to(exchange);
        });

    Cause why = whyOfPoll(Duration.ofMillis(700));

    assertThat(why.code()).isEqualTo("status-not-accepted");
    assertThat(why.message()).contains("700 ms", "500", "oops");
    assertThat(service.got()).hasSize(2);
  }

  @Test
  void one_that_is_away_for_a_while_and_then_goes_well() throws Exception {
    var times = new AtomicInteger();
    String done = "{\"status\": \"complete\"}";
    try (var restarting =
        new RawService(connection -> {
          connection.getInputStream().read(new byte[65_536]);
          if (times.incrementAndGet() > 2) {
            connection
                .getOutputStream()
                .write(
                    ("HTTP/1.1 200 OK\r\nContent-Length: " + done.length() + "\r\n\r\n" + done)
                        .getBytes(StandardCharsets.UTF_8));
          }
          connection.close();
        })) {
      Value left =
          value(poll("wait", restarting.url("/p"), Optional.empty(), Duration.ofSeconds(20)));

      assertThat(at(left, "steps", "wait", "body", "status")).isEqualTo(new Value.Text("complete"));
      assertThat(times).hasValue(3);
    }
  }

  @Test
  void one_that_is_away_for_longer_than_patience_lasts() throws Exception {
    rig.with(now::get);
    try (var rude =
        new RawService(connection -> {
          connection.getInputStream().read(new byte[65_536]);
          later(BRIEF.dividedBy(2).plusMillis(1));
          connection.close();
        })) {
      Cause why = why(poll("wait", rude.url("/p"), Optional.empty(), BRIEF));

      assertThat(why.code()).isEqualTo("peer-broke-off");
      assertThat(why.message()).contains("step 'wait'", "for 300 ms");
      assertThat(rude.connections()).isEqualTo(2);
    }
  }

  @Test
  void one_that_moved_for_good_is_polled_there() throws Exception {
    service
        .on("/p", redirect(308, "/new"))
        .on(
            "/new",
            answer(200, "{\"status\": \"progress\"}"),
            answer(200, "{\"status\": \"complete\"}"));

    value(poll("wait", service.url("/p")));

    assertThat(service.got())
        .extracting(Service.Got::path)
        .containsExactly("/p", "/new", "/p", "/new");
  }

  @Test
  void without_patience_the_first_trouble_is_the_end() throws Exception {
    service.on("/p", 500, "oops");

    assertThat(whyOfPoll(Duration.ZERO).code()).isEqualTo("status-not-accepted");
    assertThat(service.got()).hasSize(1);
  }

  @Test
  void one_that_ends_with_a_word_nobody_knows() throws Exception {
    service.on(
        "/p",
        answer(200, "{\"status\": \"progress\"}"),
        answer(200, "{\"status\": \"fini\\nshed" + "!".repeat(1_000) + "\"}"));

    Cause why = whyOfPoll(Duration.ofHours(1));

    assertThat(why.code()).isEqualTo("word-unknown");
    assertThat(why.message()).contains("'fini?shed!", "complete, error, progress");
    assertThat(why.message().length()).isLessThan(500);
  }

  @Test
  void one_that_forgets_the_job() throws Exception {
    service.on("/p", answer(200, "{\"status\": \"progress\"}"), answer(404, "{}"));

    Cause why = whyOfPoll(Duration.ofHours(1));

    assertThat(why.code()).isEqualTo("job-forgotten");
    assertThat(why.message()).contains("the service forgot the job");
    assertThat(why.byCaller()).isFalse();
  }

  @Test
  void one_that_never_knew_of_the_job_has_not_forgotten_it() throws Exception {
    service.on("/p", 404, "{}");

    assertThat(whyOfPoll(Duration.ofMillis(50)).code()).isEqualTo("status-not-accepted");
  }

  @Test
  void one_that_goes_on_for_ever() throws Exception {
    service.on("/p", 200, "{\"status\": \"progress\"}");

    Cause why = why(poll("wait", service.url("/p"), Optional.of(BRIEF), Duration.ZERO));

    assertThat(why.code()).isEqualTo("job-too-long");
    assertThat(why.message()).contains("300 ms");
  }

  @Test
  void one_that_fails_without_a_reason() throws Exception {
    service.on("/p", 200, "{\"status\": \"error\", \"message\": null}");

    assertThat(whyOfPoll(Duration.ZERO).message()).endsWith("does not say why");
  }

  @Test
  void one_whose_whole_answer_is_the_word() throws Exception {
    service.on("/p", answer(200, "text/plain", "progress\n"), answer(200, "text/plain", "DONE\n"));
    var plain =
        new Step.Poll(
            "wait",
            get(service.url("/p")),
            new ValuePath(List.of()),
            Set.of("progress"),
            Set.of("DONE"),
            Set.of(),
            Optional.empty(),
            Duration.ofMillis(10),
            Optional.empty(),
            Duration.ZERO,
            Duration.ofSeconds(30));

    value(plain);
    assertThat(service.got()).hasSize(2);
  }
}
