package org.millrace.sdk;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Where the broker is, and the exchange that everybody declares alike ({@code 3.1, 3.2}). */
record Broker(String host, int port, String user, String password, String exchange) {
  static Broker of(Config config) {
    return new Broker(
        config.text("RABBITMQ.HOST"),
        config.number("RABBITMQ.PORT"),
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
      if (cause instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Channel.Close close
          && (close.getReplyCode() == 406 || close.getReplyCode() == 403)) {
        return true;
      }
    }
    return false;
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
