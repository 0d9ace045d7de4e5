package org.millrace.server.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.millrace.broker.EmbeddedConfig;
import org.millrace.broker.RabbitConfig;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.broker.RabbitConfig.Capacity;
import org.millrace.broker.RabbitConfig.Patience;
import org.millrace.broker.RabbitConfig.Tls;

/** By which broker workers are reached. */
public sealed interface BrokerSection {

  /** By none: work for workers is taken in and ends with an error that names this setting. */
  record None() implements BrokerSection {}

  /** By one in this process. */
  record Embedded(EmbeddedConfig config) implements BrokerSection {}

  /** By one that runs elsewhere. */
  record Rabbit(RabbitConfig config) implements BrokerSection {}

  /** As configuration names them. */
  enum Kind {
    NONE,
    EMBEDDED,
    RABBITMQ
  }

  /** What everybody knows who has read the broker's manual, or DANE's. */
  String KNOWN_TO_ALL = "guest";

  /**
   * Reads what is said of the broker.
   *
   * @param exchanges that workers bind their queues to
   * @param answers the queue that they answer on
   */
  static BrokerSection read(
      SettingsReader read, Path data, List<String> exchanges, String answers) {
    Kind kind = read.choice("broker.kind", Kind.class, Kind.NONE);
    String host = read.text("broker.host", ServerConfig.LOOPBACK);
    int port = read.integer("broker.port", 5672, 0, 65_535);
    String user = read.text("broker.user", KNOWN_TO_ALL);
    String password = read.secret("broker.password").orElse(KNOWN_TO_ALL);
    String virtualHost = read.text("broker.virtual-host", "/");
    boolean encrypted = read.truth("broker.tls", false);
    Optional<Path> authority = read.optionalPath("broker.tls-authority");
    Optional<URI> management = address(read, "broker.management");
    Optional<Tls> tls = encrypted ? Optional.of(new Tls(authority)) : Optional.empty();
    return switch (kind) {
      case NONE -> new None();
      case EMBEDDED -> {
        checkPassword(read, host, password);
        yield read.checked(
                "broker: ",
                () ->
                    new EmbeddedConfig(
                        host,
                        port,
                        new Account(user, password),
                        exchanges,
                        answers,
                        data.resolve("broker"),
                        Capacity.USUAL,
                        Patience.USUAL))
            .<BrokerSection>map(Embedded::new)
            .orElseGet(None::new);
      }
      case RABBITMQ ->
          read.checked(
                  "broker: ",
                  () ->
                      new RabbitConfig(
                          host,
                          port,
                          tls,
                          virtualHost,
                          new Account(user, password),
                          exchanges,
                          answers,
                          management,
                          Capacity.USUAL,
                          Patience.USUAL))
              .<BrokerSection>map(Rabbit::new)
              .orElseGet(None::new);
    };
  }

  /** Others must not get in with what they can guess. */
  private static void checkPassword(SettingsReader read, String host, String password) {
    boolean onLoopback = Home.address(host).filter(InetAddress::isLoopbackAddress).isPresent();
    if (!onLoopback && password.equals(KNOWN_TO_ALL)) {
      read.problem(
          "broker.password",
          "others can reach the broker on '"
              + host
              + "' and know this password: set another one, or broker.host to "
              + ServerConfig.LOOPBACK);
    }
  }

  private static Optional<URI> address(SettingsReader read, String key) {
    Optional<String> said = read.optionalText(key);
    try {
      return said.isEmpty() ? Optional.empty() : Optional.of(new URI(said.get()));
    } catch (URISyntaxException bad) {
      read.problem(key, "must be an address like http://localhost:15672: " + bad.getReason());
      return Optional.empty();
    }
  }
}
