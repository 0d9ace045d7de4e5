package org.millrace.server.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.staging.UrlSecrets;

/**
 * Reads typed values, remembers which keys there are, and collects every problem. A value that
 * cannot be read counts as its default, so that reading goes on and the next problem is found too.
 */
final class SettingsReader {
  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]?i?b?)", Pattern.CASE_INSENSITIVE);
  private static final Pattern AUTHORITY =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*@)?([^/?#@]*)(.*)", Pattern.DOTALL);
  private static final String MASK = "********";
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Map<String, Setting> given;
  private final Map<String, Setting> effective = new LinkedHashMap<>();
  private final Set<String> secrets = new TreeSet<>();
  private final Set<String> secretPaths = new TreeSet<>();
  private final List<String> problems;
  private final List<String> remarks = new ArrayList<>();

  SettingsReader(Sources sources) {
    this.given = sources.settings();
    this.problems = new ArrayList<>(sources.problems());
  }

  List<String> problems() {
    return problems;
  }

  /** What can be used, and is perhaps not what was meant. */
  List<String> remarks() {
    return remarks;
  }

  /** Folders below which something is allowed: one that is not there, or is relative, is odd. */
  List<Path> roots(String key) {
    List<Path> roots = paths(key);
    for (String text : list(key)) {
      if (!text.startsWith("/") && !text.startsWith("~")) {
        remarks.add(key + ": '" + text + "' is relative, and read from where the server starts");
      }
    }
    for (Path root : roots) {
      if (!Files.isDirectory(root)) {
        remarks.add(
            Files.notExists(root, LinkOption.NOFOLLOW_LINKS)
                ? key + ": there is no folder " + root + ": until it is made, nothing is below it"
                : key
                    + ": "
                    + root
                    + " is no folder, or this user cannot reach it: nothing is below it");
      }
    }
    return roots;
  }

  String text(String key, String otherwise) {
    String text = find(key, otherwise).text();
    if (text.isBlank()) {
      problem(key, "must be given");
      return otherwise;
    }
    return text;
  }

  Optional<String> optionalText(String key) {
    return Optional.of(find(key, "").text()).filter(text -> !text.isBlank());
  }

  /** Never shown. */
  Optional<String> secret(String key) {
    secrets.add(key);
    return optionalText(key);
  }

  List<String> list(String key) {
    Setting setting = given.get(key);
    effective.put(key, setting == null ? Setting.ofList(List.of(), "default") : setting);
    if (setting == null) {
      return List.of();
    }
    return texts(setting);
  }

  /** In one text, {@code a,b} or {@code [a, b]}: as a list is shown. */
  private static List<String> texts(Setting setting) {
    if (setting.isList()) {
      return setting.texts();
    }
    String text = setting.text().strip();
    boolean inBrackets = text.startsWith("[") && text.endsWith("]");
    return Arrays.stream((inBrackets ? text.substring(1, text.length() - 1) : text).split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  /** URLs of which only scheme and host are shown: often their paths are secrets. */
  List<String> secretUrls(String key) {
    secretPaths.add(key);
    return list(key);
  }

  int integer(String key, int otherwise, int least, int most) {
    String text = find(key, String.valueOf(otherwise)).text();
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
      problem(key, "must be " + least + " to " + most + ", not " + value);
    } catch (NumberFormatException _) {
      problem(key, "must be a whole number, not '" + text + "'");
    }
    return otherwise;
  }

  boolean truth(String key, boolean otherwise) {
    String text = find(key, String.valueOf(otherwise)).text().strip().toLowerCase(Locale.ROOT);
    return switch (text) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> {
        problem(key, "must be true or false, not '" + text + "'");
        yield otherwise;
      }
    };
  }

  <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
    String text = find(key, shown(otherwise)).text().strip();
    for (E value : type.getEnumConstants()) {
      if (shown(value).equalsIgnoreCase(text)) {
        return value;
      }
    }
    problem(
        key,
        "must be one of "
            + String.join(
                ", ", Arrays.stream(type.getEnumConstants()).map(SettingsReader::shown).toList())
            + ", not '"
            + text
            + "'");
    return otherwise;
  }

  private static String shown(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** At least so long, and at most ten years. */
  Duration duration(String key, Duration otherwise, Duration least) {
    String text = find(key, shown(otherwise)).text().strip();
    Optional<Duration> read = TimeText.read(text);
    if (read.isEmpty()) {
      problem(key, "must be " + TimeText.FORM + ", not '" + text + "'");
      return otherwise;
    }
    if (read.get().compareTo(least) < 0 || read.get().compareTo(LONGEST) > 0) {
      problem(key, "must be " + shown(least) + " to " + LONGEST.toDays() + "d, not '" + text + "'");
      return otherwise;
    }
    return read.get();
  }

  private static String shown(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  /** Bytes; {@code 64 MiB}, {@code 64M} and {@code 67108864} are the same. */
  long size(String key, long otherwise, long least, long most) {
    String text = find(key, String.valueOf(otherwise)).text().strip();
    Matcher parts = SIZE.matcher(text);
    if (!parts.matches()) {
      problem(key, "must be a size like 65536, 64 MiB or 2 GiB, not '" + text + "'");
      return otherwise;
    }
    String unit = parts.group(2).toLowerCase(Locale.ROOT);
    int shift = unit.isEmpty() ? 0 : Math.max(0, 10 * ("kmgt".indexOf(unit.charAt(0)) + 1));
    double bytes = Double.parseDouble(parts.group(1)) * (1L << shift);
    if (bytes < least || bytes > most) {
      problem(key, "must be " + least + " to " + most + " bytes, not '" + text + "'");
      return otherwise;
    }
    return (long) bytes;
  }

  Path path(String key, Path otherwise) {
    return absolute(key, text(key, otherwise.toString())).orElse(otherwise);
  }

  Optional<Path> optionalPath(String key) {
    return optionalText(key).flatMap(text -> absolute(key, text));
  }

  List<Path> paths(String key) {
    return list(key).stream().flatMap(text -> absolute(key, text).stream()).toList();
  }

  private Optional<Path> absolute(String key, String text) {
    try {
      return Optional.of(Home.path(text).toAbsolutePath().normalize());
    } catch (InvalidPathException bad) {
      problem(key, "is no path: " + bad.getReason());
      return Optional.empty();
    }
  }

  /** A setting of something that is not there: a mistake, but no unknown key. */
  void refuse(String key, String what) {
    given.forEach((each, setting) -> {
      if (each.startsWith(key + ".")) {
        effective.put(each, setting);
        problem(each, what);
      }
    });
  }

  /** Names right below a key that has a free choice of names: {@code lanes.NAME.limit}. */
  Set<String> names(String key) {
    Set<String> names = new TreeSet<>();
    for (String each : given.keySet()) {
      if (each.startsWith(key + ".")) {
        String rest = each.substring(key.length() + 1);
        int dot = rest.indexOf('.');
        names.add(dot < 0 ? rest : rest.substring(0, dot));
      }
    }
    return names;
  }

  /**
   * As {@link #names}, where the rest of the key is the name, dots and all: {@code
   * logging.levels.org.millrace}.
   */
  Set<String> rests(String key) {
    Set<String> rests = new TreeSet<>();
    given.keySet().stream()
        .filter(each -> each.startsWith(key + "."))
        .forEach(each -> rests.add(each.substring(key.length() + 1)));
    return rests;
  }

  /** A record's own check, reported like any other problem. */
  <T> Optional<T> checked(Supplier<T> made) {
    return checked("", made);
  }

  /** The same where the record knows only the rest of the key. */
  <T> Optional<T> checked(String keyBefore, Supplier<T> made) {
    try {
      return Optional.of(made.get());
    } catch (IllegalArgumentException e) {
      problems.add(keyBefore + e.getMessage());
      return Optional.empty();
    }
  }

  void problem(String key, String what) {
    Setting setting = effective.get(key);
    problems.add(key + ": " + what + (setting == null ? "" : " (from " + setting.origin() + ")"));
  }

  /** To be called last: every key that nobody asked for is a mistake. */
  void refuseUnknownKeys() {
    for (Map.Entry<String, Setting> entry : given.entrySet()) {
      if (!effective.containsKey(entry.getKey())) {
        problems.add(
            entry.getKey()
                + ": "
                + (isSection(entry.getKey()) ? "is a section, not a setting" : "no such setting")
                + " (from "
                + entry.getValue().origin()
                + "); did you mean "
                + nearest(entry.getKey())
                + "?");
      }
    }
  }

  private boolean isSection(String key) {
    return effective.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
  }

  /** A key below a section, by what its value looks like; one that ends so; else the most alike. */
  private String nearest(String unknown) {
    List<String> likely =
        isSection(unknown)
            ? keysThat(known -> known.startsWith(unknown + ".") && takesItsValue(unknown, known))
            : keysThat(known -> known.endsWith("." + unknown));
    return (likely.isEmpty() ? effective.keySet() : likely)
        .stream().min(Comparator.comparingInt(known -> distance(unknown, known))).orElse("nothing");
  }

  private List<String> keysThat(Predicate<String> are) {
    return effective.keySet().stream().filter(are).toList();
  }

  /** A number is meant for a setting whose default is one, a text for one whose default is not. */
  private boolean takesItsValue(String unknown, String known) {
    return isNumber(given.get(unknown)) == isNumber(effective.get(known));
  }

  private static boolean isNumber(@Nullable Setting setting) {
    return setting != null && setting.text().strip().matches("\\d+");
  }

  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int above = row[j];
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
        diagonal = above;
      }
    }
    return row[other.length()];
  }

  /** Every setting in force, a line each whatever is in it: key, value, origin. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    effective.forEach((key, setting) -> {
      String text = shown(key, setting).replace("\n", "\\n").replace("\r", "\\r");
      String value = setting.isList() ? "[" + text + "]" : text;
      lines.add(key + ": " + value + "  # " + setting.origin());
    });
    return lines;
  }

  private String shown(String key, Setting setting) {
    if (secrets.contains(key)) {
      return setting.text().isEmpty() ? "" : MASK;
    }
    return secretPaths.contains(key)
        ? texts(setting).stream().map(SettingsReader::withoutPath).collect(Collectors.joining(", "))
        : setting.texts().stream().map(UrlSecrets::masked).collect(Collectors.joining(", "));
  }

  /** Of a URL, what is no secret: {@code https://***@hook.example/***}. */
  static String withoutPath(String url) {
    Matcher parts = AUTHORITY.matcher(UrlSecrets.masked(url));
    if (!parts.matches()) {
      return MASK;
    }
    return parts.group(1)
        + (parts.group(2) == null ? "" : "***@")
        + parts.group(3)
        + (parts.group(4).length() > 1 ? "/***" : parts.group(4));
  }

  private Setting find(String key, String otherwise) {
    Setting setting = given.getOrDefault(key, Setting.of(otherwise, "default"));
    effective.put(key, setting);
    return setting;
  }

  /** A duration that is a limit; 0, which is usual, is none. */
  Optional<Duration> limit(String key) {
    return Optional.of(duration(key, Duration.ZERO, Duration.ZERO))
        .filter(limit -> !limit.isZero());
  }
}
