package org.millrace.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.sdk.PythonLiteral;
import org.millrace.sdk.PythonLiteral.Value;

/**
 * A {@code config.yml} of DANE, of either era, in our words ({@code contracts/dane.md 5}). What it
 * leaves out is what the original took then, where ours is another one.
 *
 * @param settings by our keys, in an order to read
 * @param remarks what has no meaning here, and why; what is to be looked at
 */
public record DaneFile(Map<String, String> settings, List<String> remarks) {
  private static final long LONGEST = 1 << 20;

  private static final String TEMP = "DANE_SERVER.TEMP_FOLDER";
  private static final String OUT = "DANE_SERVER.OUT_FOLDER";
  private static final String USUAL_TEMP = "/home/DANE/DANE-data/TEMP/";
  private static final String USUAL_OUT = "/home/DANE/DANE-data/OUT/";
  private static final String KNOWN_PASSWORD = "changeme";

  private static final String OF_WORKERS = "workers read it, and go on reading it";
  private static final String NO_INDEX = "there is no index: documents are in the store";
  private static final String NO_DATABASE = "there is no such database: documents are in the store";

  /** Why what has no counterpart needs none, by section or by key. */
  private static final Map<String, String> MEANINGLESS =
      Map.ofEntries(
          Map.entry("DANE.HOME_DIR", OF_WORKERS),
          Map.entry("DANE.API_URL", OF_WORKERS),
          Map.entry("DANE.MANAGE_URL", "the page is where the API is, at /manage/"),
          Map.entry("ELASTICSEARCH.HOST", "workers are to be told where this server is"),
          Map.entry("ELASTICSEARCH.SCHEME", "put a proxy in front for https"),
          Map.entry("ELASTICSEARCH.SHARDS", NO_INDEX),
          Map.entry("ELASTICSEARCH.REPLICAS", NO_INDEX),
          Map.entry("ELASTICSEARCH.TIMEOUT", OF_WORKERS),
          Map.entry("ELASTICSEARCH.MAX_RETRIES", OF_WORKERS),
          Map.entry("CUDA", OF_WORKERS),
          Map.entry("PATHS", OF_WORKERS),
          Map.entry("INPUT", OF_WORKERS),
          Map.entry("OUTPUT", OF_WORKERS),
          Map.entry("CONFIG", "a file that is named with --config must be there"),
          Map.entry("MARIADB", NO_DATABASE));

  public DaneFile {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    remarks = List.copyOf(remarks);
  }

  /**
   * Reads a file.
   *
   * @throws BadConfiguration if it is no YAML map, or too long, or names a port that is none
   * @throws IOException if it cannot be read
   */
  public static DaneFile read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new BadConfiguration(List.of(file + ": there is no such file, or it cannot be read"));
    }
    if (Files.size(file) > LONGEST) {
      throw new BadConfiguration(List.of(file + ": longer than any configuration of DANE"));
    }
    try {
      JsonNode tree = new YAMLMapper().readTree(Files.readString(file));
      if (!tree.isObject() && !tree.isMissingNode() && !tree.isNull()) {
        throw new BadConfiguration(List.of(file + ": not a map of sections like RABBITMQ"));
      }
      return new Reading(tree).translated();
    } catch (JsonProcessingException bad) {
      throw new BadConfiguration(
          List.of(
              file
                  + ": no YAML, near line "
                  + (bad.getLocation() == null ? "?" : bad.getLocation().getLineNr())));
    }
  }

  /** As YAML that this server reads. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    remarks.forEach(remark -> lines.add("# " + remark));
    settings.forEach((key, value) -> lines.add(key + ": " + quoted(value)));
    return lines;
  }

  private static String quoted(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** One look at a file. */
  private static final class Reading {
    private final JsonNode tree;
    private final Map<String, String> given = new LinkedHashMap<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Reading(JsonNode tree) {
      this.tree = tree;
    }

    DaneFile translated() {
      flatten("", tree);
      listen();
      broker();
      search();
      folders();
      take("LOGGING.LEVEL").ifPresent(level -> settings.put("logging.level", level(level)));
      take("LOGGING.DIR").ifPresent(folder -> settings.put("logging.dir", folder));
      given.keySet().forEach(key -> remarks.add(key + " has no meaning here: " + why(key)));
      if (!problems.isEmpty()) {
        throw new BadConfiguration(problems);
      }
      return new DaneFile(settings, remarks);
    }

    private void flatten(String before, JsonNode node) {
      if (node.isObject()) {
        node.properties()
            .forEach(each ->
                flatten(before + (before.isEmpty() ? "" : ".") + each.getKey(), each.getValue()));
      } else if (!node.isMissingNode() && !before.isEmpty()) {
        given.put(before, node.isArray() ? node.toString() : text(node));
      }
    }

    /** The original reads a text as Python would: a password of digits has two pairs of quotes. */
    private static String text(JsonNode node) {
      return node.isTextual()
              && PythonLiteral.read(node.asText()).map(Value::value).orElse(null)
                  instanceof String inner
          ? inner
          : node.asText();
    }

    private Optional<String> take(String key) {
      return Optional.ofNullable(given.remove(key));
    }

    private Optional<String> port(String key) {
      Optional<String> port = take(key).map(String::strip);
      port.filter(text -> !isPort(text))
          .ifPresent(
              text -> problems.add(key + ": must be a port, 1 to 65535, not '" + text + "'"));
      return port;
    }

    private static boolean isPort(String text) {
      return text.matches("\\d{1,5}")
          && Integer.parseInt(text) >= 1
          && Integer.parseInt(text) <= 65_535;
    }

    private void listen() {
      String address = take("DANE.HOST").orElse("0.0.0.0");
      settings.put("faces.dane.listen", address + ":" + port("DANE.PORT").orElse("5500"));
      if (address.equals("0.0.0.0")) {
        remarks.add(
            "faces.dane.listen: others can reach this address; name in dane.open-to the networks"
                + " that need not sign in, give users below security.users, or listen on"
                + " 127.0.0.1");
      }
    }

    private void broker() {
      settings.put("broker.kind", "rabbitmq");
      settings.put("broker.host", take("RABBITMQ.HOST").orElse("localhost"));
      port("RABBITMQ.PORT").ifPresent(port -> settings.put("broker.port", port));
      settings.put("broker.user", take("RABBITMQ.USER").orElse("guest"));
      settings.put("broker.password", take("RABBITMQ.PASSWORD").orElse("guest"));
      take("RABBITMQ.EXCHANGE").ifPresent(name -> settings.put("dane.exchange", name));
      take("RABBITMQ.RESPONSE_QUEUE").ifPresent(name -> settings.put("dane.response-queue", name));
      management();
    }

    private void management() {
      boolean on = !take("RABBITMQ.MANAGEMENT").orElse("true").equalsIgnoreCase("false");
      Optional<String> host = take("RABBITMQ.MANAGEMENT_HOST");
      Optional<String> port =
          on ? port("RABBITMQ.MANAGEMENT_PORT") : take("RABBITMQ.MANAGEMENT_PORT");
      if (on) {
        settings.put(
            "broker.management",
            "http://"
                + host.orElse(settings.getOrDefault("broker.host", "localhost"))
                + ":"
                + port.orElse("15672"));
      }
    }

    /** What workers search is here now; those of the job era search nothing. */
    private void search() {
      if (has("MARIADB.") && !has("ELASTICSEARCH.")) {
        return;
      }
      settings.put(
          "faces.elasticsearch.listen", "127.0.0.1:" + port("ELASTICSEARCH.PORT").orElse("9200"));
      remarks.add(
          "faces.elasticsearch.listen: workers on other machines do not reach this address; give"
              + " one of this machine that they reach, with the pair of dane.workers");
      settings.put("dane.workers.user", take("ELASTICSEARCH.USER").orElse("elastic"));
      String password = take("ELASTICSEARCH.PASSWORD").orElse(KNOWN_PASSWORD);
      settings.put("dane.workers.password", password);
      if (password.equals(KNOWN_PASSWORD)) {
        remarks.add("dane.workers.password: everybody knows it; choose another one");
      }
      take("ELASTICSEARCH.INDEX").ifPresent(name -> settings.put("dane.elasticsearch.index", name));
    }

    /** Only the job era had any; a file of it that names none meant these. */
    private void folders() {
      if (has("MARIADB.") || has(TEMP) || has(OUT)) {
        settings.put("dane.job.temp-folder", take(TEMP).orElse(USUAL_TEMP));
        settings.put("dane.job.out-folder", take(OUT).orElse(USUAL_OUT));
      }
    }

    private boolean has(String section) {
      return given.keySet().stream().anyMatch(key -> key.startsWith(section));
    }

    /** Python has other names for some. */
    private static String level(String level) {
      return switch (level.strip().toUpperCase(Locale.ROOT)) {
        case "WARNING" -> "warn";
        case "CRITICAL", "FATAL" -> "error";
        case String other -> other.toLowerCase(Locale.ROOT);
      };
    }

    private static String why(String key) {
      int dot = key.indexOf('.');
      String section = dot < 0 ? key : key.substring(0, dot);
      return MEANINGLESS.getOrDefault(
          key, MEANINGLESS.getOrDefault(section, "it is no setting of DANE's server"));
    }
  }
}
