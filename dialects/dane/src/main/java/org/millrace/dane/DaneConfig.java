package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.http.signin.Network;

/**
 * How DANE is spoken.
 *
 * @param space whom documents belong to
 * @param owner whose the tasks are, and as whom those act who sign in as nobody ({@code dane.user})
 * @param httpAuth whether they may
 * @param networks from where they may ({@code dane.open-to}), by the address of the peer; empty:
 *     from anywhere, but only where the server listens on loopback alone
 * @param exchange where workers of the document era bind their queues; also the default of {@code
 *     jobExchange}, as the originals have it. On one exchange a key belongs to one era
 * @param jobExchange where workers of the job era bind theirs
 * @param responseQueue where workers answer
 * @param answerWithin after which a message is presumed lost where queues cannot be asked
 * @param retry of tasks that answer 502 or 503, or that this server failed
 * @param bodyBytes most bytes of a request
 */
public record DaneConfig(
    Space space,
    Owner owner,
    HttpAuth httpAuth,
    List<Network> networks,
    String exchange,
    String jobExchange,
    String responseQueue,
    Duration answerWithin,
    RetryPolicy retry,
    long bodyBytes) {

  /** Whether clients must say who they are. */
  public enum HttpAuth {
    /** As the originals: whoever says nothing acts as {@code dane.user}. */
    OPEN,
    REQUIRED
  }

  private static final int LONGEST_NAME = 255; // AMQP 0-9-1: a short string
  private static final long LEAST_BODY = 64L << 10;
  private static final long MOST_BODY = 1L << 30;

  public DaneConfig {
    networks = List.copyOf(networks);
    check(
        space.name().length() <= Jobs.LONGEST_SPACE,
        "space: at most " + Jobs.LONGEST_SPACE + " characters, not " + space.name().length());
    checkName(exchange, "exchange");
    checkName(jobExchange, "job-exchange");
    checkName(responseQueue, "response-queue");
    check(
        answerWithin.compareTo(Duration.ofSeconds(1)) >= 0,
        "answer-within: at least 1s, not " + answerWithin);
    check(
        bodyBytes >= LEAST_BODY && bodyBytes <= MOST_BODY,
        "body-bytes: " + LEAST_BODY + " to " + MOST_BODY + ", not " + bodyBytes);
  }

  /** The names of the originals, for one machine: whoever says nothing acts as {@code dane}. */
  public static DaneConfig standard() {
    return new DaneConfig(
        new Space("dane"),
        new Owner("dane"),
        HttpAuth.OPEN,
        List.of(),
        "DANE-exchange",
        "DANE-exchange",
        "DANE-response-queue",
        Duration.ofDays(1),
        new RetryPolicy(10, Duration.ofSeconds(5), Duration.ofMinutes(10), true),
        16L << 20);
  }

  /** The same for clients that must say who they are, or need not. */
  public DaneConfig with(HttpAuth other) {
    return new DaneConfig(
        space,
        owner,
        other,
        networks,
        exchange,
        jobExchange,
        responseQueue,
        answerWithin,
        retry,
        bodyBytes);
  }

  /** The same with another policy of retries. */
  public DaneConfig with(RetryPolicy other) {
    return new DaneConfig(
        space,
        owner,
        httpAuth,
        networks,
        exchange,
        jobExchange,
        responseQueue,
        answerWithin,
        other,
        bodyBytes);
  }

  private static void checkName(String name, String key) {
    check(
        !name.isBlank()
            && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
            && !name.startsWith("amq."),
        key + ": 1 to " + LONGEST_NAME + " bytes, not beginning with 'amq.', which brokers keep");
  }

  private static void check(boolean right, String rule) {
    if (!right) {
      throw new IllegalArgumentException("dane." + rule);
    }
  }
}
