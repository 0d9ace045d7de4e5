package org.millrace.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.server.config.BadConfiguration;
import org.millrace.server.config.Compat;
import org.millrace.server.config.Home;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;
import picocli.CommandLine.Option;

/**
 * Where configuration comes from, for every command that needs one; later sources override earlier
 * ones.
 */
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file, instead of ./millrace.yaml.")
  private @Nullable Path file;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Section 'profiles.NAME' of the files that overrides the rest of them.")
  private @Nullable String profile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting; can be repeated. 'millrace config' lists all keys.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--compat",
      paramLabel = "NAME",
      split = ",",
      description =
          "Stand in for these originals, with their quirks and their environment variables: tesp,"
              + " dane.")
  private List<String> originals = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder that holds all state (data).")
  private @Nullable Path data;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port to listen on; 0 picks a free one (http.port).")
  private @Nullable Integer port;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "The address to listen on (http.host).")
  private @Nullable String host;

  private List<String> warnings = List.of();

  /** What the configuration read last holds that has no meaning here; no secrets. */
  List<String> warnings() {
    return warnings;
  }

  /** The folder named on the command line. */
  Optional<Path> data() {
    return Optional.ofNullable(data);
  }

  /**
   * The configuration these options and their surroundings make.
   *
   * @param more said last
   * @throws BadConfiguration with every problem found
   */
  ServerConfig read(String... more) {
    return readOver(new Sources(), more);
  }

  /**
   * The same over settings of a command's own, which all others override.
   *
   * @throws BadConfiguration with every problem found
   */
  ServerConfig readOver(Sources sources, String... more) {
    var compat = new Compat(originals, sources);
    compat.applySettings();
    sources.file(Home.folder().resolve("config.yaml"));
    if (file == null) {
      sources.file(Path.of("millrace.yaml"));
    } else if (Files.exists(file)) {
      sources.file(file);
    } else {
      sources.problem("--config " + file + ": there is no such file");
    }
    Optional.ofNullable(profile).ifPresent(sources::profile);
    compat.applyVariables(System.getenv());
    warnings = compat.warnings();
    sources.environment(System.getenv()).assignments(assignments);
    data().ifPresent(path -> sources.flag("data", path.toString(), "--data"));
    Optional.ofNullable(port)
        .ifPresent(number -> sources.flag("http.port", String.valueOf(number), "--port"));
    Optional.ofNullable(host).ifPresent(name -> sources.flag("http.host", name, "--host"));
    return ServerConfig.from(sources.assignments(List.of(more)));
  }
}
