package org.millrace.sdk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * DANE's configuration ({@code contracts/dane.md 5}). Each layer overrides the one before: built-in
 * defaults, {@code <home>/config.yml}, {@code base_config.yml} beside the worker's class, {@code
 * config.yml} in the working directory. Home is {@code $DANE_HOME}, else {@code $HOME/.DANE}, else
 * {@code $HOME/.dane}.
 *
 * <p>Keys are written with dots: {@code RABBITMQ.HOST}. Layers are merged by the rules of YACS:
 * mappings merge, a value must have the type of its default, texts that are Python literals are
 * taken for what they stand for, and new keys are allowed only where the original allows them.
 * Immutable.
 */
public final class Config {
  private static final Set<String> MAY_GROW =
      Set.of("DANE", "CUDA", "LOGGING", "PATHS", "INPUT", "OUTPUT");
  private static final Pattern SECRET = Pattern.compile("(?i).*(PASSWORD|SECRET|TOKEN).*");

  private final Map<String, @Nullable Object> values;

  private Config(Map<String, @Nullable Object> values) {
    this.values = values;
  }

  /** The built-in defaults alone ({@code 5.2}). */
  public static Config defaults() {
    return new Config(ConfigDefaults.tree());
  }

  /**
   * All layers of this process, without {@code base_config.yml}.
   *
   * @throws DaneException.ConfigRequired if {@code CONFIG.REQUIRED} is true and the working
   *     directory has no {@code config.yml}
   * @throws IllegalArgumentException if a layer does not fit; the message names file and key, a
   *     line for each problem of that layer
   */
  public static Config load() {
    return load(System.getenv(), Path.of(""), null);
  }

  /** All layers of this process, with the resource {@code base_config.yml} beside this class. */
  public static Config load(Class<?> worker) {
    return load(System.getenv(), Path.of(""), worker);
  }

  /**
   * All layers of this process, with a file of any name in the place of {@code config.yml} in the
   * working directory.
   *
   * @param worker whose {@code base_config.yml} counts too, if there is a class
   * @throws IllegalArgumentException if there is no such file, or a layer does not fit; every
   *     problem of the layer is a line of the message
   */
  public static Config load(Path file, @Nullable Class<?> worker) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(file + ": there is no such file");
    }
    return below(System.getenv(), worker).withFile(file);
  }

  static Config load(Map<String, String> env, Path workingDirectory, @Nullable Class<?> worker) {
    Config config = below(env, worker);
    Path own = workingDirectory.resolve("config.yml");
    if (!Files.exists(own) && config.flag("CONFIG.REQUIRED")) {
      throw new DaneException.ConfigRequired(
          "CONFIG.REQUIRED is true, and there is no config.yml in "
              + workingDirectory.toAbsolutePath()
              + ": make one, an empty one will do");
    }
    return config.withFile(own);
  }

  /** What any file of a worker's own lies over. */
  private static Config below(Map<String, String> env, @Nullable Class<?> worker) {
    Path home = home(env);
    return defaults()
        .with("DANE.HOME_DIR", home.toString())
        .withFile(home.resolve("config.yml"))
        .withResource(worker);
  }

  private static Path home(Map<String, String> env) {
    String named = env.get("DANE_HOME");
    if (named != null) {
      return Path.of(named);
    }
    String user = env.get("HOME");
    if (user == null) {
      throw new IllegalArgumentException(
          "neither DANE_HOME nor HOME is set: set DANE_HOME to the folder of DANE's config.yml");
    }
    Path usual = Path.of(user, ".DANE");
    Path documented = Path.of(user, ".dane");
    return !Files.exists(usual) && Files.exists(documented) ? documented : usual;
  }

  private Config withFile(Path file) {
    if (!Files.exists(file)) {
      return this;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return withYaml(in, file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private Config withResource(@Nullable Class<?> worker) {
    if (worker == null) {
      return this;
    }
    try (InputStream in = worker.getResourceAsStream("base_config.yml")) {
      return in == null ? this : withYaml(in, "base_config.yml beside " + worker.getName());
    } catch (IOException e) {
      throw new UncheckedIOException("base_config.yml cannot be read", e);
    }
  }

  /**
   * One layer more, of YAML text.
   *
   * @throws IllegalArgumentException if it is no YAML, or does not fit
   */
  public Config withYaml(String yaml) {
    return withYaml(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "YAML text");
  }

  private Config withYaml(InputStream in, String where) {
    Object layer;
    try {
      layer = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
    } catch (YAMLException e) {
      String why = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      throw new IllegalArgumentException(where + " is no YAML: " + why, e);
    }
    if (layer == null) {
      return this; // an empty file is a layer that changes nothing
    }
    if (!(layer instanceof Map<?, ?> mapping)) {
      throw new IllegalArgumentException(where + " is not a mapping");
    }
    List<String> problems = new ArrayList<>();
    Config config = new Config(merged(values, mapping, List.of(), true, problems));
    refuse(problems.stream().map(problem -> where + ": " + problem).toList());
    return config;
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  /**
   * One value changed, by the same rules; but a text is taken as it is.
   *
   * @param key such as {@code RABBITMQ.PORT}
   * @throws IllegalArgumentException if the key is not known, or the value has another type
   */
  public Config with(String key, @Nullable Object value) {
    List<String> names = List.of(key.split("\\.", -1));
    Map<String, @Nullable Object> layer = new LinkedHashMap<>();
    layer.put(names.getLast(), value);
    for (String name : names.subList(0, names.size() - 1).reversed()) {
      Map<String, @Nullable Object> outer = new LinkedHashMap<>();
      outer.put(name, layer);
      layer = outer;
    }
    List<String> problems = new ArrayList<>();
    Config config = new Config(merged(values, layer, List.of(), false, problems));
    refuse(problems);
    return config;
  }

  /** The layer over what is below; what of it does not fit is left out and told. */
  private static Map<String, @Nullable Object> merged(
      Map<?, ?> below,
      Map<?, ?> layer,
      List<String> path,
      boolean literals,
      List<String> problems) {
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    below.forEach((key, value) -> result.put(String.valueOf(key), value));
    layer.forEach((name, given) -> {
      try {
        merge(result, name, given, path, literals, problems);
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    });
    return result;
  }

  private static void merge(
      Map<String, @Nullable Object> result,
      @Nullable Object name,
      @Nullable Object given,
      List<String> path,
      boolean literals,
      List<String> problems) {
    if (!(name instanceof String key)) {
      throw new IllegalArgumentException("a key that is not text: " + name);
    }
    List<String> place = new ArrayList<>(path);
    place.add(key);
    String full = String.join(".", place);
    Object value = literals ? decoded(full, given) : given;
    if (!result.containsKey(key)) {
      if (!mayGrow(path)) {
        throw new IllegalArgumentException("Non-existent config key: " + full);
      }
      result.put(key, value);
    } else if (result.get(key) instanceof Map<?, ?> inner && value instanceof Map<?, ?> mapping) {
      result.put(key, merged(inner, mapping, place, literals, problems));
    } else {
      result.put(key, typed(full, result.get(key), value));
    }
  }

  /** New keys are allowed at the top, in some sections, and in whatever was new itself. */
  private static boolean mayGrow(List<String> path) {
    return path.isEmpty()
        || MAY_GROW.contains(path.getFirst())
        || !ConfigDefaults.SECTIONS.contains(path.getFirst());
  }

  private static @Nullable Object decoded(String key, @Nullable Object given) {
    if (given instanceof String text) {
      Optional<PythonLiteral.Value> literal = PythonLiteral.read(text);
      return literal.isPresent() ? literal.get().value() : text;
    }
    if (given == null
        || given instanceof Boolean
        || given instanceof Number
        || given instanceof List
        || given instanceof Map) {
      return given;
    }
    throw new IllegalArgumentException(
        key + " is a " + given.getClass().getSimpleName() + ": write it in quotes");
  }

  private static @Nullable Object typed(
      String key, @Nullable Object usual, @Nullable Object value) {
    if (usual == null || value == null || kind(usual).equals(kind(value))) {
      return value;
    }
    String advice =
        usual instanceof String
            ? "; a text that looks like something else is written in two pairs of quotes:"
                + " \"'...'\""
            : "";
    throw new IllegalArgumentException(
        key + " is a " + kind(value) + ", and must be a " + kind(usual) + advice);
  }

  private static String kind(Object value) {
    return switch (value) {
      case String _ -> "text";
      case Boolean _ -> "boolean";
      case Float _, Double _ -> "decimal number";
      case Number _ -> "whole number";
      case List<?> _ -> "list";
      case Map<?, ?> _ -> "mapping";
      default -> value.getClass().getSimpleName();
    };
  }

  /** A value: text, whole or decimal number, boolean, list, mapping, or null. */
  public @Nullable Object value(String key) {
    Object at = values;
    for (String name : key.split("\\.", -1)) {
      if (!(at instanceof Map<?, ?> mapping) || !mapping.containsKey(name)) {
        throw new IllegalArgumentException("Non-existent config key: " + key);
      }
      at = mapping.get(name);
    }
    return at;
  }

  /** A text. */
  public String text(String key) {
    return required(key, String.class, "text");
  }

  /** A whole number. */
  public int number(String key) {
    Object value = value(key);
    if (value instanceof Integer number) {
      return number;
    }
    throw wrong(key, "whole number of 32 bits");
  }

  /** True or false. */
  public boolean flag(String key) {
    return required(key, Boolean.class, "boolean");
  }

  /** A list, its items as text. */
  public List<String> texts(String key) {
    if (!(value(key) instanceof List<?> list)) {
      throw wrong(key, "list");
    }
    return list.stream().map(String::valueOf).toList();
  }

  private <T> T required(String key, Class<T> type, String kind) {
    Object value = value(key);
    if (!type.isInstance(value)) {
      throw wrong(key, kind);
    }
    return type.cast(value);
  }

  private static IllegalArgumentException wrong(String key, String kind) {
    return new IllegalArgumentException(key + " must be a " + kind + ", and is not");
  }

  /** All keys and values but the secret ones. */
  @Override
  public String toString() {
    return shown(values).toString();
  }

  private static Map<String, @Nullable Object> shown(Map<?, ?> mapping) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    mapping.forEach((key, value) -> {
      String name = String.valueOf(key);
      shown.put(
          name,
          SECRET.matcher(name.toUpperCase(Locale.ROOT)).matches() && value != null
              ? "***"
              : value instanceof Map<?, ?> inner ? shown(inner) : value);
    });
    return shown;
  }
}
