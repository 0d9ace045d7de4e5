package org.millrace.broker;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a broker is, who we are there, and what is declared.
 *
 * @param host name or address
 * @param tls empty: in clear
 * @param virtualHost {@code /} in the originals
 * @param exchanges declared as contracts/dane.md 3.2 says: topic, neither durable nor auto-delete
 * @param answerQueue declared durable and without arguments
 * @param management address of the management plug-in, {@code http://host:15672}; asked with the
 *     same account. Without it {@code queues()} knows nothing
 */
public record RabbitConfig(
    String host,
    int port,
    Optional<Tls> tls,
    String virtualHost,
    Account account,
    List<String> exchanges,
    String answerQueue,
    Optional<URI> management,
    Capacity capacity,
    Patience patience) {

  private static final int LONGEST_NAME =
      255; // a short string of AMQP; names here are in fact ASCII

  public RabbitConfig {
    exchanges = List.copyOf(exchanges);
    check(!host.isBlank(), "a broker needs a host");
    check(port > 0 && port < 65_536, "a broker's port is 1 to 65535, not " + port);
    check(!exchanges.isEmpty(), "a broker needs at least one exchange");
    exchanges.forEach(name -> checkName("exchange", name));
    checkName("answer queue", answerQueue);
    check(!virtualHost.isEmpty(), "a broker needs a virtual host; the usual one is /");
    management.ifPresent(RabbitConfig::checkManagement);
  }

  /** One with the usual limits, in clear, on the usual virtual host. */
  public static RabbitConfig of(
      String host, int port, Account account, List<String> exchanges, String answerQueue) {
    return new RabbitConfig(
        host,
        port,
        Optional.empty(),
        "/",
        account,
        exchanges,
        answerQueue,
        Optional.empty(),
        Capacity.USUAL,
        Patience.USUAL);
  }

  /** Host and port, as messages name the broker. */
  String where() {
    return host + ":" + port;
  }

  /**
   * Encryption, with the name in the broker's certificate checked.
   *
   * @param authority PEM file of the only authorities to trust; empty: those the JDK trusts
   */
  public record Tls(Optional<Path> authority) {}

  /** An account of the broker. */
  public record Account(String user, String password) {
    public Account {
      check(!user.isBlank(), "a broker's account needs a user");
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Account[" + user + "]";
    }
  }

  /**
   * How much at once.
   *
   * @param publishingChannels over which publishes are spread, 1 to 64
   * @param unconfirmed messages that may wait for their confirm on one channel, 1 to 10,000
   * @param prefetch answers that the broker hands over before it hears of the first; at least as
   *     many as threads
   * @param answerThreads that call the reader at once, 1 to 256
   */
  public record Capacity(int publishingChannels, int unconfirmed, int prefetch, int answerThreads) {
    /** For thousands of messages a second. */
    public static final Capacity USUAL = new Capacity(4, 256, 256, 64);

    public Capacity {
      checkRange("publishing channels", publishingChannels, 1, 64);
      checkRange("unconfirmed messages", unconfirmed, 1, 10_000);
      checkRange("threads for answers", answerThreads, 1, 256);
      checkRange("prefetch", prefetch, answerThreads, 65_535);
    }
  }

  /**
   * How long to wait.
   *
   * @param connect for a connection and for each thing that is declared over it
   * @param publish for the confirm of a message
   * @param again before an answer that could not be stored goes back to the queue
   * @param reconnectMost between two tries to connect; the first follows after a twentieth of a
   *     second
   */
  public record Patience(
      Duration connect, Duration publish, Duration again, Duration reconnectMost) {
    /** 10 s, 10 s, 1 s and 15 s. */
    public static final Patience USUAL =
        new Patience(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(15));

    public Patience {
      checkTime("connect", connect);
      checkTime("publish", publish);
      checkTime("again", again);
      checkTime("reconnect-most", reconnectMost);
    }
  }

  private static void checkName(String what, String name) {
    check(
        !name.isBlank() && name.length() <= LONGEST_NAME,
        "the name of an " + what + " has 1 to 255 characters");
  }

  private static void checkManagement(URI address) {
    check(
        ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
            && address.getHost() != null
            && address.getRawUserInfo() == null
            && address.getRawQuery() == null,
        "the management address is http:// or https:// with a host and without account or query");
  }

  private static void checkRange(String what, int value, int least, int most) {
    check(value >= least && value <= most, what + ": " + least + " to " + most + ", not " + value);
  }

  private static void checkTime(String what, Duration time) {
    check(
        time.compareTo(Duration.ofMillis(1)) >= 0 && time.compareTo(Duration.ofHours(1)) <= 0,
        what + ": 1 ms to 1 h, not " + time);
  }

  private static void check(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
