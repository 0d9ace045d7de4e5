package org.millrace.sdk;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Where the broker is, and the exchange that everybody declares alike ({@code 3.1, 3.2}). */
record Broker(String host, int port, String user, String password, String exchange) {
  static Broker of(Config config) {
    int port = config.number("RABBITMQ.PORT");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("RABBITMQ.PORT must be 1 to 65535, not " + port);
    }
    return new Broker(
        config.text("RABBITMQ.HOST"),
        port,
        config.text("RABBITMQ.USER"),
        config.text("RABBITMQ.PASSWORD"),
        config.text("RABBITMQ.EXCHANGE"));
  }

  /** Opens a connection that does not reconnect by itself: whoever holds it must redeclare. */
  Connection connect(String name) throws IOException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(host);
    factory.setPort(port);
    factory.setUsername(user);
    factory.setPassword(password);
    factory.setVirtualHost("/");
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout(10_000);
    factory.setHandshakeTimeout(10_000);
    factory.setThreadFactory(Thread.ofPlatform().daemon().name("millrace-amqp-", 0).factory());
    try {
      return factory.newConnection(name);
    } catch (TimeoutException e) {
      throw new IOException("the broker did not answer in time", e);
    }
  }

  /** Not durable, as everybody else declares it: any difference locks the others out. */
  void declareExchange(Channel channel) throws IOException {
    channel.exchangeDeclare(exchange, "topic", false, false, null);
  }

  /** Whether trying again is of no use while nobody changes something. */
  static boolean forGood(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthenticationFailureException) {
        return true;
      }
      if (cause instanceof ShutdownSignalException signal && isForGood(signal.getReason())) {
        return true;
      }
    }
    return false;
  }

  /** 403 is no right to, 406 declared in another way, 530 the embedded broker's wrong password. */
  private static boolean isForGood(@Nullable Object reason) {
    return switch (reason) {
      case AMQP.Channel.Close close -> close.getReplyCode() == 406 || close.getReplyCode() == 403;
      case AMQP.Connection.Close close ->
          close.getReplyCode() == 530 || close.getReplyCode() == 403;
      case null, default -> false;
    };
  }

  /** What a person should read about a failure to connect or declare. */
  static String said(Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        said = cause.getMessage();
      }
    }
    return said;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
