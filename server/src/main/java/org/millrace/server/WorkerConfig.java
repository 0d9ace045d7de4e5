package org.millrace.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.sdk.Config;
import org.millrace.sdk.DaneException;
import org.millrace.server.config.BadConfiguration;

/**
 * The configuration of a worker: DANE's own files, and what {@link BrokerOptions} say over them.
 */
final class WorkerConfig {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[([^]]+)]|([^:\\[\\]]+))(?::(\\d{1,5}))?");
  private static final int LONGEST_PASSWORD = 4096;

  private WorkerConfig() {}

  /**
   * Reads it.
   *
   * @param worker whose {@code base_config.yml} counts too
   * @throws BadConfiguration with every problem found
   */
  static Config read(BrokerOptions said, Optional<Class<?>> worker) {
    List<String> problems = new ArrayList<>();
    Optional<Matcher> broker = said.address().map(ADDRESS::matcher);
    if (broker.isPresent() && !broker.get().matches()) {
      problems.add("--broker must be like localhost:5672, not '" + said.address().get() + "'");
    }
    Optional<String> password = password(said, problems);
    Config config = files(said.file(), worker, problems);
    if (!problems.isEmpty()) {
      throw new BadConfiguration(problems);
    }
    if (broker.isPresent()) {
      Matcher parts = broker.get();
      String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
      config = config.with("RABBITMQ.HOST", host);
      if (parts.group(3) != null) {
        config = config.with("RABBITMQ.PORT", Integer.parseInt(parts.group(3)));
      }
    }
    if (said.user().isPresent()) {
      config = config.with("RABBITMQ.USER", said.user().get());
    }
    return password.isPresent() ? config.with("RABBITMQ.PASSWORD", password.get()) : config;
  }

  private static Config files(
      Optional<Path> file, Optional<Class<?>> worker, List<String> problems) {
    try {
      if (file.isPresent()) {
        return Config.load(file.get(), worker.orElse(null));
      }
      return worker.isPresent() ? Config.load(worker.get()) : Config.load();
    } catch (IllegalArgumentException
        | UncheckedIOException
        | DaneException.ConfigRequired unusable) {
      problems.addAll(lines(unusable));
      return Config.defaults();
    }
  }

  /** What is wrong, one problem a line. */
  static List<String> lines(RuntimeException failure) {
    return String.valueOf(failure.getMessage()).lines().toList();
  }

  private static Optional<String> password(BrokerOptions said, List<String> problems) {
    if (said.passwordFile().isEmpty()) {
      return Optional.ofNullable(System.getenv(BrokerOptions.PASSWORD))
          .filter(password -> !password.isEmpty());
    }
    Path file = said.passwordFile().get();
    try (var lines = Files.newBufferedReader(file)) {
      String first = lines.readLine();
      if (first != null && !first.isEmpty() && first.length() <= LONGEST_PASSWORD) {
        return Optional.of(first);
      }
      problems.add("--broker-password-file " + file + ": its first line is no password");
    } catch (IOException unreadable) {
      problems.add("--broker-password-file " + file + ": cannot be read: " + unreadable);
    }
    return Optional.empty();
  }
}
