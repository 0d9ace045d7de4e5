package org.millrace.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Gathers settings; what comes later overrides what came before. Keys are dotted paths in lower
 * case with dashes: {@code http.port}.
 */
public final class Sources {
  /** Two underscores per level, one for a dash: {@code MILLRACE_HTTP__PORT}. */
  private static final String PREFIX = "MILLRACE_";

  /** Variables of ours that are no settings. */
  private static final List<String> NOT_SETTINGS =
      List.of(
          "MILLRACE_HOME",
          "MILLRACE_SERVER",
          "MILLRACE_USER",
          "MILLRACE_PASSWORD",
          "MILLRACE_JAVA",
          "MILLRACE_LAUNCHER",
          "MILLRACE_AOT");

  /** A key that stands twice is refused, else the first of them would be gone without a word. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Map<String, List<Section>> profiles = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  /** All settings, by key. */
  Map<String, Setting> settings() {
    return settings;
  }

  /** What could not be read. */
  List<String> problems() {
    return problems;
  }

  /** What one file says of a profile. */
  private record Section(JsonNode tree, String origin) {}

  /**
   * A YAML file; its sections {@code profiles.NAME} are kept for {@link #profile}. A file that is
   * not there is no problem.
   */
  public Sources file(Path file) {
    if (!Files.exists(file)) {
      return this;
    }
    try {
      JsonNode tree = YAML.readTree(Files.readString(file));
      read(tree, file.toString());
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      problems.add(
          file
              + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr())
              + ": "
              + oneLine(e.getOriginalMessage())
                  .replaceFirst("^Duplicate field '(.*)'$", "the key '$1' is there twice"));
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + e.getMessage());
    }
    return this;
  }

  /** Without the picture that the parser draws around it. */
  private static String oneLine(String message) {
    return message
        .lines()
        .filter(line -> !line.isEmpty() && !line.startsWith(" "))
        .collect(Collectors.joining(": "));
  }

  private void read(JsonNode tree, String origin) {
    if (tree.isMissingNode() || tree.isNull()) {
      return;
    }
    if (!tree.isObject()) {
      problems.add(
          origin
              + ": settings are a mapping of keys, not a "
              + tree.getNodeType().name().toLowerCase(Locale.ROOT));
      return;
    }
    Map<String, Setting> found = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (!entry.getKey().equals("profiles")) {
        flatten(entry.getKey(), entry.getValue(), origin, found);
      }
    }
    settings.putAll(found);
    keepProfiles(tree.path("profiles"), origin);
  }

  private void keepProfiles(JsonNode sections, String origin) {
    if (!sections.isObject() && !sections.isMissingNode() && !sections.isNull()) {
      problems.add(origin + ": profiles: a mapping of names to settings");
    }
    for (Map.Entry<String, JsonNode> entry : sections.properties()) {
      if (entry.getValue().isObject() || entry.getValue().isNull()) {
        profiles
            .computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
            .add(new Section(entry.getValue(), origin + " profile " + entry.getKey()));
      } else {
        problems.add(origin + ": profiles." + entry.getKey() + ": a mapping of keys to settings");
      }
    }
  }

  /** What all files so far say of a profile, which overrides the rest of all of them. */
  public Sources profile(String name) {
    List<Section> sections = profiles.get(name);
    if (sections == null) {
      problems.add(
          "--profile "
              + name
              + ": no configuration file has a section profiles."
              + name
              + "; there "
              + (profiles.isEmpty()
                  ? "are no profiles at all"
                  : "are: " + String.join(", ", profiles.keySet())));
      return this;
    }
    for (Section section : sections) {
      Map<String, Setting> found = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : section.tree().properties()) {
        flatten(entry.getKey(), entry.getValue(), section.origin(), found);
      }
      settings.putAll(found);
    }
    return this;
  }

  /** Adds what a node says to what was found so far in the same file, or section of it. */
  private void flatten(String key, JsonNode node, String origin, Map<String, Setting> found) {
    if (node.isObject()) {
      node.properties()
          .forEach(child -> flatten(key + "." + child.getKey(), child.getValue(), origin, found));
    } else if (node.isArray()) {
      List<String> texts = new ArrayList<>();
      node.forEach(element -> texts.add(element.asText()));
      addOnce(key, Setting.ofList(texts, origin), origin, found);
    } else if (!node.isNull()) {
      addOnce(key, Setting.of(node.asText(), origin), origin, found);
    }
  }

  /** The parser sees the same key in the same spelling alone. */
  private void addOnce(String key, Setting setting, String origin, Map<String, Setting> found) {
    if (found.putIfAbsent(key, setting) != null) {
      problems.add(
          origin + ": the key '" + key + "' is there twice, in two spellings: leave one out");
    }
  }

  /** Environment variables that begin with {@code MILLRACE_}. */
  public Sources environment(Map<String, String> environment) {
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX) && !NOT_SETTINGS.contains(name)) {
        String key =
            name.substring(PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace("__", ".")
                .replace('_', '-');
        settings.put(key, Setting.of(value, name));
      }
    });
    return this;
  }

  /** {@code key=value}, as after {@code --set}. */
  public Sources assignments(List<String> assignments) {
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        problems.add("--set " + assignment + ": expected key=value");
      } else {
        flag(assignment.substring(0, equals).strip(), assignment.substring(equals + 1), "--set");
      }
    }
    return this;
  }

  /** Something that cannot be used. */
  public void problem(String what) {
    problems.add(what);
  }

  /** One value from somewhere else. */
  void set(String key, Setting setting) {
    settings.put(key, setting);
  }

  /** One value from a flag. */
  public Sources flag(String key, String value, String flag) {
    settings.put(key, Setting.of(value, flag));
    return this;
  }
}
