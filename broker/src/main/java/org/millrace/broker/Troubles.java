package org.millrace.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;

/** Says of a fault of the library what it means, where, and what to do. Holds no secrets. */
final class Troubles {
  private final RabbitConfig config;

  Troubles(RabbitConfig config) {
    this.config = config;
  }

  /** What a connection that could not be made, or has ended, means. */
  Cause of(Throwable fault) {
    for (Throwable next = fault; next != null; next = next.getCause()) {
      Cause known = known(next);
      if (known != null) {
        return known;
      }
    }
    return away("broke the connection: " + oneLine(fault), "it is tried again by itself");
  }

  private @Nullable Cause known(Throwable fault) {
    return switch (fault) {
      case PossibleAuthenticationFailureException _ ->
          new Cause(
              "broker-refuses-account",
              here() + " refuses the account " + config.account().user(),
              "check user, password and the account's rights on virtual host "
                  + config.virtualHost());
      case UnknownHostException _ ->
          new Cause(
              "broker-away",
              "no address is known for the host of " + here(),
              "check the broker's host, and the name service");
      case ConnectException _ ->
          away("takes no connections", "start it, or check the broker's host and port");
      case SSLException refused ->
          new Cause(
              "broker-not-trusted",
              here() + " and this server find no common TLS: " + oneLine(refused),
              "check the port, the certificate of the broker and its name, and the authority that"
                  + " is configured to be trusted");
      case SocketTimeoutException _, TimeoutException _ ->
          away("did not answer in time", "check that it is a broker and not overloaded");
      case ShutdownSignalException ended -> told(ended);
      default -> null;
    };
  }

  /** Null if nobody said why. */
  private @Nullable Cause told(ShutdownSignalException ended) {
    Said said = said(ended);
    if (said == null) {
      return null;
    }
    return switch (said.code) {
      case AMQP.PRECONDITION_FAILED ->
          new Cause(
              "broker-declared-otherwise",
              here()
                  + " has a queue or an exchange of the same name declared otherwise: "
                  + said.text,
              "queue "
                  + config.answerQueue()
                  + " must be durable without arguments, exchanges "
                  + config.exchanges()
                  + " topic, not durable, not auto-delete: empty and delete the one that is"
                  + " named, or configure another name");
      case AMQP.ACCESS_REFUSED, AMQP.NOT_ALLOWED ->
          new Cause(
              "broker-refuses-account",
              here() + " does not let the account " + config.account().user() + " in: " + said.text,
              "check that virtual host "
                  + config.virtualHost()
                  + " exists and that the account may configure, write and read there");
      case AMQP.CONNECTION_FORCED ->
          away("is being stopped or closed the connection: " + said.text, "start it again");
      default -> away("closed the connection: " + said.text, "it is tried again by itself");
    };
  }

  private record Said(int code, String text) {}

  private static @Nullable Said said(ShutdownSignalException ended) {
    return switch (ended.getReason()) {
      case AMQP.Connection.Close close -> new Said(close.getReplyCode(), close.getReplyText());
      case AMQP.Channel.Close close -> new Said(close.getReplyCode(), close.getReplyText());
      case null, default -> null;
    };
  }

  /** The broker has no memory or disk left and takes no messages. */
  Cause blocked(String why) {
    return new Cause(
        "broker-full",
        here() + " takes no messages now: " + why,
        "give it memory or disk, or let workers empty their queues");
  }

  /** The consumer was cancelled: somebody deleted the queue of answers. */
  Cause queueDeleted() {
    return away(
        "lost queue " + config.answerQueue() + ", which somebody deleted",
        "it is declared again by itself");
  }

  /** No connection was made so far. */
  Cause connecting() {
    return away("is not connected yet", "it is tried again by itself");
  }

  Cause closed() {
    return away("is not used any more: this server closes", "");
  }

  Cause notSent() {
    return away(
        "took no further messages within " + config.patience().publish(),
        "check that it is not overloaded");
  }

  Cause silent() {
    return away(
        "did not confirm a message within " + config.patience().publish(),
        "check that it is not overloaded");
  }

  /** The broker took the message and gave it back, for another reason than a missing queue. */
  Cause refused(String why) {
    return new Cause(
        "broker-refuses-message",
        here() + " refused a message: " + why,
        "check the limits of the queue, and the broker's log");
  }

  private Cause away(String what, String help) {
    return new Cause("broker-away", here() + " " + what, help);
  }

  /** Which broker, for people. */
  String here() {
    return "broker " + config.where();
  }

  private static String oneLine(Throwable fault) {
    String text =
        fault instanceof AlreadyClosedException || fault.getMessage() == null
            ? fault.getClass().getSimpleName()
            : fault.getMessage();
    String line = text.replaceAll("\\s+", " ");
    return line.length() > 300 ? line.substring(0, 300) : line;
  }
}
