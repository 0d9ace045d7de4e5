package org.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.domain.failure.Cause;

/** What each fault of the library means, where, and what to do. */
class TroublesTest {
  private static final Troubles TROUBLES =
      new Troubles(
          RabbitConfig.of(
              "mq", 5672, new Account("ada", "secret"), List.of("DANE-exchange"), "answers"));

  private static Method connection(int code) {
    return new AMQP.Connection.Close.Builder()
        .replyCode(code)
        .replyText("it said so")
        .classId(0)
        .methodId(0)
        .build();
  }

  private static Method channel(int code) {
    return new AMQP.Channel.Close.Builder()
        .replyCode(code)
        .replyText("it said so")
        .classId(0)
        .methodId(0)
        .build();
  }

  private static ShutdownSignalException shutdown(@Nullable Method reason) {
    return new ShutdownSignalException(true, false, reason, new Object());
  }

  static Stream<Arguments> every_fault() {
    return Stream.of(
        Arguments.of(
            new PossibleAuthenticationFailureException(new IOException("closed")),
            "broker-refuses-account",
            "refuses the account ada"),
        Arguments.of(new UnknownHostException("mq"), "broker-away", "no address is known"),
        Arguments.of(new ConnectException("refused"), "broker-away", "takes no connections"),
        Arguments.of(
            new SSLHandshakeException("no\n common\tcipher"),
            "broker-not-trusted",
            "no common cipher"),
        Arguments.of(new SocketTimeoutException("read"), "broker-away", "did not answer in time"),
        Arguments.of(new TimeoutException("rpc"), "broker-away", "did not answer in time"),
        Arguments.of(shutdown(connection(320)), "broker-away", "being stopped"),
        Arguments.of(shutdown(connection(403)), "broker-refuses-account", "it said so"),
        Arguments.of(shutdown(connection(530)), "broker-refuses-account", "it said so"),
        Arguments.of(shutdown(connection(541)), "broker-away", "it said so"),
        Arguments.of(shutdown(channel(403)), "broker-refuses-account", "it said so"),
        Arguments.of(shutdown(channel(404)), "broker-away", "it said so"),
        Arguments.of(shutdown(channel(406)), "broker-declared-otherwise", "it said so"),
        Arguments.of(shutdown(null), "broker-away", "broke the connection"),
        Arguments.of(
            shutdown(new AMQP.Channel.Open.Builder().build()),
            "broker-away",
            "broke the connection"),
        Arguments.of(
            new AlreadyClosedException(shutdown(null)), "broker-away", "AlreadyClosedException"),
        Arguments.of(new IOException(), "broker-away", "broke the connection: IOException"),
        Arguments.of(new IOException("odd"), "broker-away", "broke the connection: odd"));
  }

  @ParameterizedTest
  @MethodSource("every_fault")
  void each_is_told_in_words(Exception fault, String code, String message) {
    Cause told = TROUBLES.of(fault);

    assertThat(told.code()).isEqualTo(code);
    assertThat(told.message()).contains(message).contains("broker").doesNotContain("\n");
    assertThat(told.help()).isNotEmpty();
    assertThat(told.toString()).contains("mq:5672").doesNotContain("secret");
  }

  /** The library wraps what happened, sometimes twice. */
  @ParameterizedTest
  @MethodSource("every_fault")
  void what_is_wrapped_is_known_by_what_caused_it(Exception fault, String code, String message) {
    Cause told = TROUBLES.of(new IOException("wrapped", new IllegalStateException("odd", fault)));

    assertThat(told.code()).isEqualTo(code);
    if (!told.message().contains("broke the connection")) {
      assertThat(told.message()).contains(message);
    }
  }

  @Test
  void what_nobody_knows_is_told_in_a_line_of_bounded_length() {
    assertThat(TROUBLES.of(new IOException("y".repeat(1_000))).message()).hasSizeLessThan(400);
  }

  @Test
  void what_we_find_ourselves_names_the_broker_too() {
    for (Cause cause :
        List.of(
            TROUBLES.connecting(),
            TROUBLES.closed(),
            TROUBLES.notSent(),
            TROUBLES.silent(),
            TROUBLES.queueDeleted(),
            TROUBLES.blocked("low on disk"),
            TROUBLES.refused("too large"))) {
      assertThat(cause.message()).startsWith("broker mq:5672 ");
    }
    assertThat(TROUBLES.queueDeleted().message()).contains("answers");
  }
}
