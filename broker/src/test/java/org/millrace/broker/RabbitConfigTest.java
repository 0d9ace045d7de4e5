package org.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.broker.RabbitConfig.Capacity;
import org.millrace.broker.RabbitConfig.Patience;

/** Bad values are refused, faults are told in words, pauses grow. */
class RabbitConfigTest {
  private static final Account ACCOUNT = new Account("ada", "secret");
  private static final RabbitConfig USUAL =
      RabbitConfig.of("mq", 5672, ACCOUNT, List.of("DANE-exchange"), "answers");

  private static void refused(Runnable making, String why) {
    assertThatThrownBy(making::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refuses_bad_values() {
    refused(() -> RabbitConfig.of(" ", 5672, ACCOUNT, List.of("x"), "a"), "host");
    refused(() -> RabbitConfig.of("mq", 0, ACCOUNT, List.of("x"), "a"), "port");
    refused(() -> RabbitConfig.of("mq", 70_000, ACCOUNT, List.of("x"), "a"), "port");
    refused(() -> RabbitConfig.of("mq", 5672, ACCOUNT, List.of(), "a"), "exchange");
    refused(() -> RabbitConfig.of("mq", 5672, ACCOUNT, List.of(" "), "a"), "exchange");
    refused(() -> RabbitConfig.of("mq", 5672, ACCOUNT, List.of("x"), "a".repeat(256)), "answer");
    refused(() -> new Account(" ", "p"), "user");
    refused(() -> new Capacity(0, 1, 1, 1), "channels");
    refused(() -> new Capacity(1, 0, 1, 1), "unconfirmed");
    refused(() -> new Capacity(1, 1, 1, 2), "prefetch");
    refused(() -> new Capacity(1, 1, 1, 0), "threads");
    refused(
        () ->
            new Patience(
                Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
        "connect");
    refused(
        () ->
            new Patience(
                Duration.ofSeconds(1),
                Duration.ofDays(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1)),
        "publish");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://mq", "http:///x", "http://u:p@mq", "http://mq?x=1"})
  void refuses_management_addresses_that_are_none(String address) {
    refused(() -> withManagement(address), "management");
  }

  private static RabbitConfig withManagement(String address) {
    return new RabbitConfig(
        "mq",
        1,
        Optional.empty(),
        "/",
        ACCOUNT,
        List.of("x"),
        "a",
        Optional.of(URI.create(address)),
        Capacity.USUAL,
        Patience.USUAL);
  }

  @Test
  void the_embedded_one_refuses_bad_values() {
    refused(() -> EmbeddedConfig.of(70_000, ACCOUNT, List.of("x"), "a", Path.of("d")), "port");
    refused(() -> EmbeddedConfig.of(-1, ACCOUNT, List.of("x"), "a", Path.of("d")), "port");
    refused(
        () -> EmbeddedConfig.of(0, new Account("millrace", "p"), List.of("x"), "a", Path.of("d")),
        "millrace");
    refused(
        () -> EmbeddedConfig.of(0, new Account("dane", ""), List.of("x"), "a", Path.of("d")),
        "password");
    refused(
        () -> EmbeddedConfig.of(0, new Account("dane", "a${b}"), List.of("x"), "a", Path.of("d")),
        "${");
    assertThat(EmbeddedConfig.of(0, ACCOUNT, List.of("x"), "a", Path.of("d")).toString())
        .contains("127.0.0.1")
        .doesNotContain("secret");
  }

  @Test
  void faults_are_told_in_words() {
    var troubles = new Troubles(USUAL);
    assertThat(troubles.of(new UnknownHostException("mq")).message()).contains("no address");
    assertThat(troubles.of(new IOException("odd\nthing")).message()).contains("odd thing");
    assertThat(troubles.of(new IOException("y".repeat(1_000))).message()).hasSizeLessThan(400);
    assertThat(troubles.of(closed(320, "CONNECTION_FORCED")).message()).contains("being stopped");
    assertThat(troubles.of(closed(541, "INTERNAL_ERROR")).message()).contains("INTERNAL_ERROR");
    assertThat(troubles.of(closed(530, "no vhost")).help()).contains("virtual host /");
    assertThat(troubles.blocked("low on disk").toString()).contains("low on disk");
    assertThat(troubles.refused("too large").code()).isEqualTo("broker-refuses-message");
  }

  private static IOException closed(int code, String text) {
    var close =
        new AMQP.Connection.Close.Builder()
            .replyCode(code)
            .replyText(text)
            .classId(0)
            .methodId(0)
            .build();
    return new IOException(new ShutdownSignalException(true, false, close, new Object()));
  }

  @Test
  void pauses_double_to_a_limit_and_are_spread() {
    Duration most = Duration.ofSeconds(15);
    assertThat(Backoff.after(0, most, 1)).isEqualTo(Duration.ofMillis(50));
    assertThat(Backoff.after(0, most, 0)).isEqualTo(Duration.ofMillis(25));
    assertThat(Backoff.after(3, most, 1)).isEqualTo(Duration.ofMillis(400));
    assertThat(Backoff.after(1_000, most, 1)).isEqualTo(most);
  }
}
