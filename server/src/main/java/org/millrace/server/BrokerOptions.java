package org.millrace.server;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a worker finds its broker and its index: DANE's own files, and options over them. A
 * password is never given on the command line, where everybody on the machine could read it. What
 * is said here is read by {@link WorkerConfig}: this one is made with every command there is.
 */
final class BrokerOptions {
  /** As for a server that has the broker: {@code broker.password}. */
  static final String PASSWORD = "MILLRACE_BROKER__PASSWORD";

  @Option(
      order = 101,
      names = "--config",
      paramLabel = "FILE",
      description =
          "A YAML file with DANE's settings (RABBITMQ.*, ELASTICSEARCH.*, PATHS.*), instead of"
              + " ./config.yml. config.yml in $DANE_HOME or ~/.DANE is read before.")
  private @Nullable Path file;

  @Option(
      order = 102,
      names = "--broker",
      paramLabel = "HOST[:PORT]",
      description = "The broker; else RABBITMQ.HOST and .PORT of these files, else localhost:5672.")
  private @Nullable String address;

  @Option(
      order = 103,
      names = "--broker-user",
      paramLabel = "NAME",
      description =
          "Its account; else RABBITMQ.USER. The password is RABBITMQ.PASSWORD of the files, or"
              + " that in $"
              + PASSWORD
              + ".")
  private @Nullable String user;

  @Option(
      order = 104,
      names = "--broker-password-file",
      paramLabel = "FILE",
      description = "A file whose first line is the password.")
  private @Nullable Path passwordFile;

  Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  Optional<String> address() {
    return Optional.ofNullable(address);
  }

  Optional<String> user() {
    return Optional.ofNullable(user);
  }

  Optional<Path> passwordFile() {
    return Optional.ofNullable(passwordFile);
  }
}
