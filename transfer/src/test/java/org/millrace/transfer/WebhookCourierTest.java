package org.millrace.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.clients;

import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.engine.delivery.Courier.NotDelivered;
import org.millrace.engine.delivery.Delivery;

final class WebhookCourierTest {
  private final HttpClients clients = clients(CONFIG);

  @AfterEach
  void close() {
    clients.close();
  }

  private WebhookCourier courier() {
    return new WebhookCourier(clients, CLOCK, WebhookConfig.DEFAULT);
  }

  private static Delivery.Draft draft(String target) {
    return new Delivery.Draft(
        "webhook", "task-1", target, "{\"state\":\"COMPLETE\",\"name\":\"ü\"}");
  }

  private NotDelivered failure(String target) {
    return catchThrowableOfType(NotDelivered.class, () -> courier().carry(draft(target)));
  }

  @Test
  void the_body_arrives_as_json() throws Exception {
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          String head = self.head(socket);
          self.heads.add(new String(self.body(socket, head), UTF_8));
          self.say(socket, "HTTP/1.1 204 No Content~~");
        })) {
      assertThat(courier().channel()).isEqualTo("webhook");
      courier().carry(draft(peer.url("/hook?key=1").replace("://", "://me:mine@")));
      assertThat(peer.heads.getFirst())
          .startsWith("POST /hook?key=1 HTTP/1.1\r\n")
          .contains("Content-Type: application/json\r\n")
          .contains("Authorization: Basic bWU6bWluZQ==\r\n")
          .doesNotContain("X-Millrace-Signature");
      assertThat(peer.heads.get(1)).isEqualTo("{\"state\":\"COMPLETE\",\"name\":\"ü\"}");
    }
  }

  @Test
  void with_a_secret_the_body_is_signed() throws Exception {
    String secret = "a secret of some length";
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
    try (RawPeer peer = RawPeer.saying("HTTP/1.1 200 OK~Content-Length: 0~~")) {
      Delivery.Draft draft = draft(peer.url("/hook"));
      new WebhookCourier(clients, CLOCK, new WebhookConfig(Optional.of(secret))).carry(draft);
      String signature = HexFormat.of().formatHex(mac.doFinal(draft.body().getBytes(UTF_8)));
      assertThat(peer.heads.getFirst())
          .contains("X-Millrace-Signature: sha256=" + signature + "\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, delivered",
    "201, delivered",
    "202, delivered",
    "204, delivered",
    "301, later",
    "302, later",
    "304, later",
    "307, later",
    "308, later",
    "400, never",
    "401, never",
    "403, never",
    "404, never",
    "410, never",
    "413, never",
    "418, never",
    "422, never",
    "408, later",
    "409, later",
    "425, later",
    "429, later",
    "500, later",
    "501, later",
    "503, later"
  })
  void a_status_decides(int status, String end) {
    try (JettyPeer peer =
        new JettyPeer((request, response) -> {
          response.getHeaders().put("Location", "/elsewhere");
          response.setStatus(status);
        })) {
      NotDelivered failed = failure(peer.url("/hook?key=hidden"));
      assertThat(peer.asked).as("tried once, followed nowhere").hasSize(1);
      if (end.equals("delivered")) {
        assertThat(failed).isNull();
      } else {
        assertThat(failed.isForGood()).isEqualTo(end.equals("never"));
        assertThat(failed)
            .hasMessageContaining(Integer.toString(status))
            .hasMessageNotContaining("hidden");
      }
    }
  }

  @Test
  void a_peer_that_is_not_there_is_for_later() {
    try (RawPeer peer = RawPeer.saying("")) {
      NotDelivered failed = failure(peer.url("/hook"));
      assertThat(failed.isForGood()).isFalse();
      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  @Test
  void what_is_no_url_or_not_allowed_is_for_good() {
    NotDelivered malformed = failure("http://:hidden@h/");
    assertThat(malformed.isForGood()).isTrue();
    assertThat(malformed).hasMessageNotContaining("hidden");
    try (HttpClients guarded =
        new HttpClients(CONFIG, new DefaultDestinations(DestinationConfig.DEFAULT))) {
      WebhookCourier courier = new WebhookCourier(guarded, CLOCK, WebhookConfig.DEFAULT);
      NotDelivered denied =
          catchThrowableOfType(
              NotDelivered.class, () -> courier.carry(draft("http://169.254.169.254/hook")));
      assertThat(denied.isForGood()).isTrue();
      assertThat(denied).hasMessageContaining("never allowed");
    }
  }
}
