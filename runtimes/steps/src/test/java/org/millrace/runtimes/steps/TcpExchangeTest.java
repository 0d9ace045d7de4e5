package org.millrace.runtimes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.runtimes.steps.Plans.at;
import static org.millrace.runtimes.steps.Plans.map;
import static org.millrace.runtimes.steps.Plans.work;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Step;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.services.AllowedAddresses;
import org.millrace.testkit.runtime.TestAttempt;
import org.millrace.testkit.runtime.Waiting;

/** The {@code tcp} step, over real sockets. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpExchangeTest {
  @TempDir private Path folder;
  private StepsRig rig;

  @BeforeEach
  void open() {
    rig = new StepsRig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static Step tcp(Object... arguments) {
    return new Step.Other("say", "tcp", map(arguments));
  }

  private Value body(Step step) throws InterruptedException {
    Collected collected = rig.run(work(step));
    assertThat(collected.whyFailed()).isEmpty();
    return at(collected.value().orElseThrow(), "steps", "say", "body");
  }

  private Cause why(Step step) throws InterruptedException {
    return rig.run(work(step)).whyFailed().orElseThrow();
  }

  /** As the Kubernetes component of DIASTEMA reads: each part with a single call. */
  @Test
  void a_header_of_64_bytes_says_how_long_the_message_is() throws Exception {
    var heard = new AtomicReference<>("");
    try (var component =
        new RawService(connection -> {
          String header =
              new String(connection.getInputStream().readNBytes(64), StandardCharsets.UTF_8);
          int length = Integer.parseInt(header.strip());
          byte[] body = new byte[length];
          int got = connection.getInputStream().read(body);
          heard.set(header + "|" + new String(body, 0, got, StandardCharsets.UTF_8));
          connection.getOutputStream().write("Msg received".getBytes(StandardCharsets.UTF_8));
          connection.close();
        })) {
      Value said =
          body(
              tcp(
                  "host",
                  "127.0.0.1",
                  "port",
                  component.port(),
                  "json",
                  map("algorithm", "k\u00e4se", "job-id", 9007199254740993L),
                  "length_header",
                  64));

      assertThat(said).isEqualTo(new Value.Text("Msg received"));
      assertThat(heard.get())
          .isEqualTo(
              "47" + " ".repeat(62) + "|{\"algorithm\":\"k\u00e4se\",\"job-id\":9007199254740993}");
    }
  }

  @Test
  void a_reply_may_end_with_its_line_while_the_peer_stays() throws Exception {
    try (var chatty =
        new RawService(connection -> {
          connection.getInputStream().read(new byte[5]);
          connection.getOutputStream().write("{\"ok\":1}\r\nmore".getBytes(StandardCharsets.UTF_8));
        })) {
      assertThat(
              body(tcp("host", "localhost", "port", chatty.port(), "text", "hi", "until", "line")))
          .isEqualTo(map("ok", 1));
    }
  }

  @Test
  void a_peer_that_closes_without_a_word_has_replied_nothing() throws Exception {
    try (var mute = RawService.saying("")) {
      assertThat(body(tcp("host", "127.0.0.1", "port", mute.port(), "text", "hi")))
          .isEqualTo(new Value.Text(""));
      assertThat(
              why(tcp("host", "127.0.0.1", "port", mute.port(), "text", "x", "until", "line"))
                  .code())
          .isEqualTo("reply-unreadable");
    }
  }

  @Test
  void a_line_may_end_without_a_carriage_return_and_be_empty() throws Exception {
    for (String line : List.of("ok", "", "a\rb")) {
      try (var peer = RawService.saying(line + "\nmore\n")) {
        assertThat(
                body(tcp("host", "127.0.0.1", "port", peer.port(), "text", "x", "until", "line")))
            .isEqualTo(new Value.Text(line));
      }
    }
  }

  @Test
  void a_peer_that_breaks_off_in_the_middle_of_its_reply_has_not_replied() throws Exception {
    try (var broken =
        new RawService(connection -> {
          connection.getInputStream().read(new byte[5]);
          connection.getOutputStream().write("{\"ok\"".getBytes(StandardCharsets.UTF_8));
          connection.setSoLinger(true, 0); // closed by a reset: a reply without an end
          connection.close();
        })) {
      Cause why = why(tcp("host", "127.0.0.1", "port", broken.port(), "text", "x"));

      assertThat(why.code()).isEqualTo("peer-unreachable");
      assertThat(why.message()).contains("127.0.0.1:" + broken.port()).doesNotContain("ok");
      assertThat(why.byCaller()).isFalse();
    }
  }

  @Test
  void a_peer_that_closes_before_the_end_of_its_line_is_quoted() throws Exception {
    try (var hasty = RawService.saying("half a l\u00edne")) {
      Cause why = why(tcp("host", "127.0.0.1", "port", hasty.port(), "text", "x", "until", "line"));

      assertThat(why.code()).isEqualTo("reply-unreadable");
      assertThat(why.message()).endsWith("before the end of a line; it said: half a l\u00edne");
    }
  }

  @Test
  void a_peer_that_leaves_while_it_is_spoken_to_has_not_replied() throws Exception {
    try (var leaving =
        new RawService(connection -> {
          connection.setSoLinger(true, 0);
          connection.close();
        })) {
      assertThat(
              why(tcp("host", "127.0.0.1", "port", leaving.port(), "text", "x".repeat(20 << 20)))
                  .code())
          .isEqualTo("peer-unreachable");
    }
  }

  @Test
  void a_peer_that_says_nothing_is_waited_for_so_long_and_no_longer() throws Exception {
    try (var silent = new RawService(_ -> {})) {
      Cause why =
          why(tcp("host", "127.0.0.1", "port", silent.port(), "text", "x", "within_seconds", 0.2));

      assertThat(why.code()).isEqualTo("peer-silent");
      assertThat(why.message()).contains("200 ms");
    }
  }

  @Test
  void a_peer_that_reads_nothing_holds_nobody_up() throws Exception {
    try (var deaf = new RawService(_ -> {})) {
      String much = "x".repeat(20 << 20);

      assertThat(
              why(tcp(
                      "host",
                      "127.0.0.1",
                      "port",
                      deaf.port(),
                      "text",
                      much,
                      "within_seconds",
                      0.2))
                  .code())
          .isEqualTo("peer-silent");
    }
  }

  @Test
  void a_peer_that_says_too_much_is_left() throws Exception {
    try (var endless =
        new RawService(connection -> {
          while (true) {
            connection.getOutputStream().write(new byte[65_536]);
          }
        })) {
      assertThat(why(tcp("host", "127.0.0.1", "port", endless.port(), "text", "x")).code())
          .isEqualTo("reply-too-large");
    }
  }

  @Test
  void a_peer_that_is_not_there_or_not_allowed() throws Exception {
    int free;
    try (var gone = new RawService(_ -> {})) {
      free = gone.port();
    }
    assertThat(why(tcp("host", "127.0.0.1", "port", free, "text", "x")).code())
        .isEqualTo("peer-unreachable");
    assertThat(why(tcp("host", "169.254.169.254", "port", 80, "text", "x")).code())
        .isEqualTo("destination-denied");
    assertThat(why(tcp("host", "nowhere.invalid", "port", 80, "text", "x")).code())
        .isEqualTo("host-unknown");
  }

  @Test
  void what_a_server_began_and_did_not_live_to_end_is_not_said_again() throws Exception {
    try (var mute = RawService.saying("yes")) {
      Step once = tcp("host", "127.0.0.1", "port", mute.port(), "text", "x");
      Step again = tcp("host", "127.0.0.1", "port", mute.port(), "text", "x", "repeatable", true);
      for (Step step : new Step[] {once, again}) {
        TestAttempt attempt = StepsRig.attempt(work(step));
        attempt.checkpoints().put("begun:say", "2026-01-01T00:00:00Z");

        Collected collected = rig.run(attempt);

        assertThat(collected.whyFailed().map(Cause::code).orElse("done"))
            .isEqualTo(step.equals(once) ? "step-unsure" : "done");
      }
      assertThat(mute.connections()).isEqualTo(1);
    }
  }

  @Test
  void cancelling_ends_the_exchange() throws Exception {
    try (var silent = new RawService(_ -> {})) {
      TestAttempt attempt =
          StepsRig.attempt(work(tcp("host", "127.0.0.1", "port", silent.port(), "text", "x")));
      StepsRuntime runtime = rig.runtime();
      var end = new FutureTask<>(() -> runtime.await(attempt));
      Thread.ofVirtual().start(end);
      Waiting.until(() -> silent.connections() == 1);

      runtime.cancel(attempt.handle());

      assertThat(end.get()).isEqualTo(new ComputeEnd.Stopped(false));
    }
  }

  @Test
  void an_interruption_while_the_name_is_looked_up_leaves_the_step_to_the_next_server()
      throws Exception {
    var asked = new CountDownLatch(1);
    AllowedAddresses hanging =
        _ -> {
          asked.countDown();
          new CountDownLatch(1).await();
          return List.of();
        };
    TestAttempt attempt =
        StepsRig.attempt(work(tcp("host", "slow.example", "port", 1, "text", "x")));
    StepsRuntime runtime = rig.withNames(hanging).runtime();
    var end = new FutureTask<>(() -> runtime.await(attempt));
    Thread worker = Thread.ofVirtual().start(end);
    asked.await();

    worker.interrupt();

    assertThatThrownBy(end::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(runtime.look(attempt)).isEmpty();
  }

  @Test
  void of_several_addresses_the_first_that_takes_the_connection_is_spoken_to() throws Exception {
    InetAddress nobody = InetAddress.ofLiteral("127.0.0.2");
    InetAddress there = InetAddress.ofLiteral("127.0.0.1");
    rig.withNames(_ -> List.of(nobody, there, nobody));
    try (var peer = RawService.saying("hello")) {
      assertThat(body(tcp("host", "two.example", "port", peer.port(), "text", "x")))
          .isEqualTo(new Value.Text("hello"));
    }
    rig.withNames(_ -> List.of(nobody, nobody));
    assertThat(why(tcp("host", "two.example", "port", 1, "text", "x")).code())
        .isEqualTo("peer-unreachable");
  }

  /** Its queue of connections is full: on Linux nobody answers then, not even a refusal. */
  @Test
  void an_address_that_never_answers_takes_no_longer_than_all_of_it_may() throws Exception {
    InetAddress full = InetAddress.ofLiteral("127.0.0.2");
    InetAddress silent = InetAddress.ofLiteral("127.0.0.1");
    rig.withNames(_ -> List.of(full, silent));
    try (var there = new RawService(_ -> {});
        var socket = new ServerSocket(there.port(), 1, full);
        var first = new Socket(full, there.port());
        var second = new Socket(full, there.port())) {
      assertThat(List.of(first, second))
          .allMatch(queued -> queued.getPort() == socket.getLocalPort());
      long begun = System.nanoTime();

      Cause why =
          why(tcp("host", "two.example", "port", there.port(), "text", "x", "within_seconds", 0.3));

      assertThat(why.code()).isEqualTo("peer-silent");
      assertThat(why.message()).contains("two.example:" + there.port(), "300 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void arguments_that_make_no_sense_are_named() throws Exception {
    assertThat(why(new Step.Other("say", "tcp", new Value.Text("x"))).message())
        .contains("are a text, and must be a map");
    assertThat(why(tcp("hots", "x")).message()).contains("hold 'hots'", "host");
    assertThat(why(tcp("port", 1)).message()).contains("host: must be there");
    assertThat(why(tcp("host", "x")).message()).contains("port: must be there");
    assertThat(why(tcp("host", "x", "port", 70_000)).message()).contains("port: must be a number");
    assertThat(why(tcp("host", "x", "port", 0)).message()).contains("port: must be a number");
    assertThat(why(tcp("host", "x", "port", "80")).message()).contains("port: must be a number");
    assertThat(why(tcp("host", "x", "port", 1, "text", "", "within_seconds", 86_401)).message())
        .contains("within_seconds: must be a number");
    assertThat(why(tcp("host", "x", "port", 1)).message()).contains("either text or json");
    assertThat(why(tcp("host", "x", "port", 1, "text", "", "json", map())).message())
        .contains("either text or json");
    assertThat(why(tcp("host", "x", "port", 1, "text", 5)).message())
        .contains("text: must be a text");
    assertThat(why(tcp("host", "x", "port", 1, "text", "", "until", "now")).message())
        .contains("close or line");
    assertThat(
            why(tcp("host", "x", "port", 1, "text", "x".repeat(10), "length_header", 1)).message())
        .contains("do not hold the length");
  }
}
