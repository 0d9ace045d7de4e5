package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a handler sees of a request. */
final class ExchangeTest {
  private final TestServer server =
      TestServer.of(
          TestFace.of(
              "test",
              Routes.under("/base")
                  .get("/seen/{id}", exchange -> Answer.text(200, seen(exchange)))
                  .get("/mistaken", exchange -> Answer.text(200, exchange.parameter("id")))));

  @AfterEach
  void stop() {
    server.close();
  }

  private static String seen(Exchange exchange) throws IOException {
    return String.join(
        "|",
        exchange.method(),
        exchange.path(),
        exchange.parameter("id"),
        exchange.header("x-one").orElse("none"),
        exchange.headers("X-Many").toString(),
        exchange.remote().getAddress().getHostAddress(),
        exchange.caller().owner().name(),
        "" + exchange.bytes().length,
        exchange.lastEventId().orElse("first"));
  }

  @Test
  void a_handler_sees_all_of_a_request() throws IOException {
    String headers = "\r\nX-One: 1\r\nX-Many: a\r\nx-many: b, c\r\nLast-Event-ID: ";

    assertThat(server.ask("GET /base/seen/a%2Fb?q=1 HTTP/1.1" + headers).text())
        .isEqualTo("GET|/base/seen/a%2Fb|a/b|1|[a, b, c]|127.0.0.1|anonymous|0|first");
  }

  @Test
  void a_handler_that_asks_for_a_parameter_which_is_not_there_is_mistaken() throws IOException {
    assertThat(server.ask("GET /base/mistaken HTTP/1.1").status()).isEqualTo(500);
  }
}
