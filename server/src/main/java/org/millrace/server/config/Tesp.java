package org.millrace.server.config;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.millrace.server.config.Compat.Translation;

/**
 * TESP, a TES server in front of Pulsar.
 *
 * <p>Contract ({@code contracts/tes.md 10.2, 10.9, 11}): with these settings its own smoke tests
 * see what they insist on. Its variables begin with {@code TESP_API_}, with two underscores a
 * level, and may be quoted as in TOML. What would have guarded it and cannot guard this server is a
 * problem, not a warning.
 */
final class Tesp implements Compat.Original {
  private static final String PREFIX = "TESP_API_";
  private static final int HASH_COST = 10;

  private static final String ENABLE = "basic_auth.enable";
  private static final String USER = "basic_auth.username";
  private static final String PASSWORD = "basic_auth.password";
  private static final String OAUTH = "oauth.enable";
  private static final String LEVEL = "logging.level";
  private static final String JSON = "logging.output_json";

  private static final String NO_PULSAR = "this server runs tasks itself and has no Pulsar";

  private static final Map<String, String> MEANINGLESS =
      Map.of(
          "db.mongodb_uri",
          "tasks are stored in the folder that 'data' names",
          "pulsar.url",
          NO_PULSAR,
          "pulsar.amqp_url",
          NO_PULSAR,
          "pulsar.client_timeout",
          NO_PULSAR,
          "pulsar.status.poll_interval",
          NO_PULSAR,
          "pulsar.status.max_polls",
          "there is no limit of time unless 'tes.run-limit' sets one");

  @Override
  public String name() {
    return "tesp";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("tes.service-info.type-version", "1.0.0");
    settings.put("tes.service-info.version", "0.2.0\n"); // as its ci/version.sh prints it
    settings.put("tes.hold-running", "1500ms");
    settings.put("tes.errors", "tesp");
    return settings;
  }

  @Override
  public Translation variables(Map<String, String> environment) {
    Map<String, Setting> given = new TreeMap<>();
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX)) {
        String key = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace("__", ".");
        given.put(key, Setting.of(unquoted(value), name));
      }
    });
    var reading = new Reading(given);
    Translation translation = reading.translate();
    surroundings(environment, translation.warnings());
    return translation;
  }

  /** What it reads besides, without a prefix. */
  private static void surroundings(Map<String, String> environment, List<String> warnings) {
    if (!environment.getOrDefault("CONTAINER_TYPE", "docker").equals("docker")) {
      warnings.add("CONTAINER_TYPE has no meaning here: see 'runtimes.container'");
    }
    if (environment.containsKey("FASTAPI_PROFILE")) {
      warnings.add("FASTAPI_PROFILE has no meaning here: its settings.toml is not read");
    }
  }

  private static String unquoted(String value) {
    String text = value.strip();
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : value;
  }

  /** One look at what was given, by TESP's own keys. */
  private static final class Reading {
    private final Map<String, Setting> given;
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    Reading(Map<String, Setting> given) {
      this.given = given;
    }

    Translation translate() {
      given.forEach((key, setting) -> {
        switch (key) {
          case LEVEL -> settings.put("logging.level", level(setting));
          case JSON ->
              settings.put(
                  "logging.format", Setting.of(isTrue(key) ? "json" : "text", setting.origin()));
          case OAUTH -> refuseOauth();
          case ENABLE, USER, PASSWORD -> {
            // One setting of ours, made of the three below.
          }
          default ->
              warnings.add(
                  setting.origin()
                      + " has no meaning here: "
                      + MEANINGLESS.getOrDefault(key, "it is no setting of TESP's"));
        }
      });
      if (isTrue(ENABLE)) {
        signIn();
      }
      return new Translation(settings, problems, warnings);
    }

    /** Python has other names for some. */
    private static Setting level(Setting setting) {
      String level =
          switch (setting.text().strip().toUpperCase(Locale.ROOT)) {
            case "WARNING" -> "WARN";
            case "CRITICAL", "FATAL" -> "ERROR";
            case String other -> other;
          };
      return Setting.of(level, setting.origin());
    }

    /** Without it, everybody would be let in who was kept out before. */
    private void refuseOauth() {
      if (isTrue(OAUTH)) {
        problems.add(
            origin(OAUTH)
                + ": this server cannot check bearer tokens; set it to false, and let users sign in"
                + " with security.users or TESP_API_BASIC_AUTH__ENABLE");
      }
    }

    private void signIn() {
      String user = text(USER).orElse("user");
      Optional<String> password = text(PASSWORD);
      if (password.isEmpty()) {
        problems.add(
            origin(ENABLE)
                + ": "
                + PREFIX
                + "BASIC_AUTH__PASSWORD must be given too; the one TESP has by default is known to"
                + " everybody");
        return;
      }
      String origin = given.containsKey(USER) ? origin(USER) : origin(PASSWORD);
      settings.put("security.users." + user, Setting.of(hash(password.get()), origin));
    }

    private static String hash(String password) {
      return BCrypt.with(LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
          .hashToString(HASH_COST, password.toCharArray());
    }

    private boolean isTrue(String key) {
      String text = text(key).map(given -> given.strip().toLowerCase(Locale.ROOT)).orElse("false");
      return switch (text) {
        case "true", "yes", "on", "1", "t", "y" -> true;
        case "false", "no", "off", "0", "f", "n" -> false;
        default -> {
          problems.add(origin(key) + ": must be true or false");
          yield false;
        }
      };
    }

    private Optional<String> text(String key) {
      return Optional.ofNullable(given.get(key)).map(Setting::text).filter(text -> !text.isEmpty());
    }

    private String origin(String key) {
      return Optional.ofNullable(given.get(key)).map(Setting::origin).orElse(key);
    }
  }
}
