package org.millrace.http.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.http.Access;
import org.millrace.http.HttpConfig;
import org.millrace.http.HttpServer;
import org.millrace.http.Listener;
import org.millrace.http.RequestObserver;
import org.millrace.http.signin.Credentials;
import org.millrace.http.signin.SignIn;

final class HealthFaceTest {
  /** Lets in who says "me". */
  private static final SignIn SIGN_IN =
      new SignIn() {
        @Override
        public Caller caller(Credentials credentials) {
          if (credentials.authorization().filter("me"::equals).isEmpty()) {
            throw new Refusal(new Failure.Unauthenticated("who are you"));
          }
          return Caller.of("me");
        }

        @Override
        public List<String> challenges() {
          return List.of("Basic");
        }
      };

  private final Map<String, Supplier<Optional<Cause>>> checks = new LinkedHashMap<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server = serve(Access.OPEN);

  private HttpServer serve(Access metrics) {
    var face = new HealthFace(checks, new Metrics(() -> "tasks_total 3\n", metrics), SIGN_IN);
    var started =
        new HttpServer(
            HttpConfig.on(Listener.onLoopback(0)), SIGN_IN, List.of(face), RequestObserver.NONE);
    started.start();
    return started;
  }

  private void restart(Access metrics) {
    server.close();
    server = serve(metrics);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(address(path)));
  }

  private URI address(String path) {
    return server.listening().getFirst().resolve(path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void it_is_alive_for_anybody() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").body()).isEqualTo("{\"status\":\"alive\"}");
  }

  @Test
  void it_is_ready_when_every_check_is() throws Exception {
    checks.put("store", Optional::empty);
    restart(Access.OPEN);

    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body())
        .isEqualTo("{\"ready\":true,\"checks\":{\"store\":{\"ready\":true}}}");
    assertThat(get("/readyz").headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void it_says_why_it_is_not_ready() throws Exception {
    checks.put("store", () -> Optional.of(new Cause("disk-full", "the disk is full", "make room")));
    checks.put("broker", () -> Optional.of(new Cause("gone", "nobody answers", "")));
    checks.put("runtimes", Optional::empty);
    restart(Access.OPEN);

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body())
        .isEqualTo(
            """
            {"ready":false,"checks":{\
            "store":{"ready":false,"code":"disk-full","message":"the disk is full","help":"make room"},\
            "broker":{"ready":false,"code":"gone","message":"nobody answers"},\
            "runtimes":{"ready":true}}}\
            """);
  }

  @Test
  void a_check_that_fails_by_itself_is_not_ready() throws Exception {
    checks.put(
        "store",
        () -> {
          throw new IllegalStateException("secret");
        });
    restart(Access.OPEN);

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("check-failed").doesNotContain("secret");
  }

  @Test
  void metrics_are_open_or_not_as_configured() throws Exception {
    assertThat(get("/metrics").body()).isEqualTo("tasks_total 3\n");
    assertThat(get("/metrics").headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");

    restart(Access.SIGNED_IN);
    assertThat(get("/metrics").statusCode()).isEqualTo(401);
  }
}
