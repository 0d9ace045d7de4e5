package org.millrace.broker;

import java.nio.file.Path;
import java.util.List;
import org.millrace.broker.RabbitConfig.Account;

/**
 * A broker in this process.
 *
 * @param address to listen on; the usual one is 127.0.0.1
 * @param port to listen on; 0 takes any that is free
 * @param worker the account that workers use: it may declare and bind queues, consume them, and
 *     publish to our exchanges and to queues by name, nothing else
 * @param exchanges declared as contracts/dane.md 3.2 says
 * @param answerQueue workers may publish to it, but not consume it
 * @param data folder of the queues and their messages, made if it is missing, readable by this user
 *     alone
 */
public record EmbeddedConfig(
    String address,
    int port,
    Account worker,
    List<String> exchanges,
    String answerQueue,
    Path data,
    RabbitConfig.Capacity capacity,
    RabbitConfig.Patience patience) {

  public EmbeddedConfig {
    exchanges = List.copyOf(exchanges);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
    if (worker.user().equals(EmbeddedBroker.OWN_USER)) {
      throw new IllegalArgumentException(
          "the workers' account cannot be named " + EmbeddedBroker.OWN_USER + ": that is ours");
    }
    if (worker.password().isEmpty() || worker.password().contains("${")) {
      throw new IllegalArgumentException(
          "the workers' password must not be empty and must not hold ${, which the embedded broker"
              + " takes for the name of a setting");
    }
  }

  /** One with the usual limits on the loopback address. */
  public static EmbeddedConfig of(
      int port, Account worker, List<String> exchanges, String answerQueue, Path data) {
    return new EmbeddedConfig(
        "127.0.0.1",
        port,
        worker,
        exchanges,
        answerQueue,
        data,
        RabbitConfig.Capacity.USUAL,
        RabbitConfig.Patience.USUAL);
  }
}
