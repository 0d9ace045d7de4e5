package org.millrace.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code --compat} asks for: to stand in for originals, with their quirks as settings, which
 * whatever an operator says overrides, and with their own environment variables, which override his
 * files. Belongs to one reading of the configuration.
 */
public final class Compat {
  /** All there are; each adds itself here with its dialect. */
  private static final List<Original> ORIGINALS = List.of(new Tesp(), new Dane());

  private final Sources sources;
  private final List<Original> named = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Stands in for these; a name of no original is a problem of the sources.
   *
   * @param names as after {@code --compat}, in any case
   */
  public Compat(List<String> names, Sources sources) {
    this.sources = sources;
    for (String name : names) {
      ORIGINALS.stream()
          .filter(original -> original.name().equalsIgnoreCase(name.strip()))
          .findFirst()
          .ifPresentOrElse(named::add, () -> sources.problem(unknown(name)));
    }
  }

  private static String unknown(String name) {
    return "--compat "
        + name
        + ": no original of that name is known; there are: "
        + ORIGINALS.stream().map(Original::name).collect(Collectors.joining(", "));
  }

  /** Their quirks: to be called before anything an operator said is read. */
  public void applySettings() {
    for (Original original : named) {
      original
          .settings()
          .forEach((key, value) -> sources.flag(key, value, "--compat " + original.name()));
    }
  }

  /** Their variables: to be called after files and profiles. */
  public void applyVariables(Map<String, String> environment) {
    for (Original original : named) {
      Translation translation = original.variables(environment);
      translation.settings().forEach(sources::set);
      translation.problems().forEach(sources::problem);
      for (String warning : translation.warnings()) {
        warnings.add("--compat " + original.name() + ": " + warning);
      }
    }
  }

  /** What was given and has no meaning here; values, which may be secrets, are not in it. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** A system whose place this server can take. */
  interface Original {

    /** As after {@code --compat}. */
    String name();

    /** The settings that make this server behave like it. */
    Map<String, String> settings();

    /** What its own variables come to here. */
    Translation variables(Map<String, String> environment);
  }

  /**
   * Settings of an original, in our words.
   *
   * @param settings by our keys, with where they come from
   * @param problems what must not be passed over
   * @param warnings what has no meaning here, and why
   */
  record Translation(Map<String, Setting> settings, List<String> problems, List<String> warnings) {}
}
