package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.http.signin.Anonymous;

final class HttpServerTest {

  @Test
  void answers_a_request() throws IOException {
    Face face =
        TestFace.of(
            "test",
            Routes.under("/v1", "")
                .get("/tasks/{id}", exchange -> Answer.text(200, exchange.parameter("id")))
                .post("/tasks", exchange -> Answer.json(exchange.bytes())));
    try (var server =
        new HttpServer(
            HttpConfig.on(Listener.onLoopback(0)), Anonymous.onLoopback(), List.of(face), RequestObserver.NONE)) {
      server.start();
      URI address = server.listening().getFirst();

      assertThat(Wire.ask(address, "GET /v1/tasks/a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n").text()).isEqualTo("a/b");
      assertThat(Wire.ask(address, "POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").text())
          .isEqualTo("{}");
    }
  }
}
