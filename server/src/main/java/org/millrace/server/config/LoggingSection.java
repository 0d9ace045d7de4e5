package org.millrace.server.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How messages are written. */
public record LoggingSection(
    String level, Map<String, String> levels, Format format, Optional<Path> folder) {
  /** One line for people, or one JSON object a line. */
  public enum Format {
    TEXT,
    JSON
  }

  static LoggingSection read(SettingsReader read) {
    Map<String, String> levels = new LinkedHashMap<>();
    for (String name : read.rests("logging.levels")) {
      levels.put(name, level(read, "logging.levels." + name));
    }
    return new LoggingSection(
        level(read, "logging.level"),
        levels,
        read.choice("logging.format", Format.class, Format.TEXT),
        read.optionalPath("logging.dir"));
  }

  private enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  private static String level(SettingsReader read, String key) {
    return read.choice(key, Level.class, Level.INFO).name();
  }
}
