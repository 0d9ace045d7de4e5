package org.millrace.server;

import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.millrace.server.config.ServerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The server, until it is told to end. */
@Command(
    name = "serve",
    description =
        "Runs the server. Prints a line 'listening on URL' for each address, http first, when it"
            + " can be called; that of its broker for workers comes a moment later.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--until-ready",
      hidden = true,
      description = "Ends when ready; makes the start cache.")
  private boolean untilReady;

  @Override
  public Integer call() throws Exception {
    ServerConfig config = options.read();
    Logs.configure(config.logging());
    options.warnings().forEach(LOG::warn);
    MillraceServer server = MillraceServer.open(config);
    var ended = new CountDownLatch(1);
    try (server) {
      server.start();
      server.listening().forEach(ServeCommand::tell);
      server.awaitWorkers();
      server.brokerListening().ifPresent(ServeCommand::tell);
      LOG.info("ready: data in {}, version {}", config.data(), ServerConfig.VERSION);
      if (!untilReady) {
        Thread ending = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endWith(ending, ended), "shutdown"));
        waitForEnd();
      }
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private static void tell(URI address) {
    System.out.println("listening on " + address);
    System.out.flush();
  }

  private static void waitForEnd() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      LOG.info("told to end; running work goes on and is adopted at the next start");
    }
  }

  /** The process ends when this returns: not before everything is closed. */
  private static void endWith(Thread server, CountDownLatch ended) {
    server.interrupt();
    try {
      ended.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
