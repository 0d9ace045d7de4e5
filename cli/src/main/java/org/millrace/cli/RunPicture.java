package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A run as text: its nodes in the order in which they can begin, each as far to the right as it has
 * nodes before it; of many nodes only how many there are in each state, and those that matter.
 * Pure.
 */
final class RunPicture {
  /** More lines are no picture. */
  static final int MANY = 200;

  private static final int NAMED = 5;
  private static final int SHOWN = 10;
  private static final int WIDEST_INDENT = 40;
  private static final List<String> THAT_MATTER = List.of("FAILED", "ACTIVE", "READY");

  private final Ink ink;
  private final ZoneId zone;

  RunPicture(Ink ink, ZoneId zone) {
    this.ink = ink;
    this.zone = zone;
  }

  /**
   * Its lines.
   *
   * @param nodes all of them; with {@code after}, if they are not many
   */
  List<String> lines(JsonNode run, List<JsonNode> nodes) {
    List<String> lines = new ArrayList<>();
    String name = Wire.optional(run, "name").map(text -> " " + text).orElse("");
    String began = Wire.moment(run, "created", zone).map(at -> ", began " + at).orElse("");
    String ended = Wire.moment(run, "ended", zone).map(at -> ", ended " + at).orElse("");
    lines.add(
        "run "
            + Wire.text(run, "id")
            + name
            + ": "
            + ink.state(Wire.text(run, "state"))
            + began
            + ended);
    lines.addAll(nodes.size() > MANY ? counted(nodes) : drawn(nodes));
    if (nodes.stream().anyMatch(node -> Wire.text(node, "state").equals("FAILED"))) {
      lines.add("why: millrace graph explain " + Wire.text(run, "id"));
    }
    return lines;
  }

  private List<String> counted(List<JsonNode> nodes) {
    Map<String, List<JsonNode>> byState =
        nodes.stream()
            .collect(
                Collectors.groupingBy(
                    node -> Wire.text(node, "state"), LinkedHashMap::new, Collectors.toList()));
    List<String> lines = new ArrayList<>();
    byState.forEach(
        (state, some) -> lines.add("  %8d %s".formatted(some.size(), ink.state(state))));
    for (String state : THAT_MATTER) {
      List<JsonNode> some = byState.getOrDefault(state, List.of());
      some.stream().limit(SHOWN).map(node -> "  " + line(node, "")).forEach(lines::add);
      if (some.size() > SHOWN) {
        lines.add("  and " + (some.size() - SHOWN) + " more that are " + state);
      }
    }
    return lines;
  }

  private List<String> drawn(List<JsonNode> nodes) {
    Map<Integer, JsonNode> byPlace = new HashMap<>();
    nodes.forEach(node -> byPlace.put(node.path("place").asInt(), node));
    Map<Integer, List<JsonNode>> items = new HashMap<>();
    List<String> lines = new ArrayList<>();
    for (JsonNode node : nodes) {
      if (node.has("parent")) {
        items.computeIfAbsent(node.path("parent").asInt(), _ -> new ArrayList<>()).add(node);
      }
    }
    depths(nodes)
        .forEach((place, depth) -> {
          JsonNode node = byPlace.get(place);
          if (node == null || node.has("parent")) {
            return;
          }
          String indent = "  ".repeat(Math.min(depth, WIDEST_INDENT) + 1);
          lines.add(indent + line(node, after(node, byPlace)));
          items
              .getOrDefault(place, List.of())
              .forEach(item -> lines.add(indent + "  - " + line(item, "")));
        });
    return lines;
  }

  private static String after(JsonNode node, Map<Integer, JsonNode> byPlace) {
    List<JsonNode> before = new ArrayList<>();
    node.path("after")
        .forEach(place -> Optional.ofNullable(byPlace.get(place.asInt())).ifPresent(before::add));
    if (before.isEmpty()) {
      return "";
    }
    String more = before.size() > NAMED ? " and " + (before.size() - NAMED) + " more" : "";
    return " <- "
        + before.stream()
            .limit(NAMED)
            .map(each -> Wire.text(each, "key"))
            .collect(Collectors.joining(", "))
        + more;
  }

  private String line(JsonNode node, String after) {
    String task = Wire.optional(node, "task").map(id -> "  task " + id).orElse("");
    String why = Wire.why(node.path("cause")).map(cause -> "  " + cause).orElse("");
    return Wire.text(node, "key") + " " + ink.state(Wire.text(node, "state")) + after + task + why;
  }

  /** Of each place the longest way to it, those with the shortest first. */
  private static Map<Integer, Integer> depths(List<JsonNode> nodes) {
    Map<Integer, Integer> waiting = new HashMap<>();
    Map<Integer, List<Integer>> next = new HashMap<>();
    Map<Integer, Integer> depths = new HashMap<>();
    var free = new ArrayDeque<Integer>();
    for (JsonNode node : nodes) {
      int place = node.path("place").asInt();
      waiting.put(place, node.path("after").size());
      depths.put(place, 0);
      if (node.path("after").isEmpty()) {
        free.add(place);
      }
      node.path("after")
          .forEach(
              before -> next.computeIfAbsent(before.asInt(), _ -> new ArrayList<>()).add(place));
    }
    while (!free.isEmpty()) {
      int place = free.remove();
      for (int later : next.getOrDefault(place, List.of())) {
        depths.merge(later, depths.getOrDefault(place, 0) + 1, Math::max);
        if (waiting.merge(later, -1, Integer::sum) == 0) {
          free.add(later);
        }
      }
    }
    return depths.entrySet().stream()
        .sorted(
            Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey()))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one, LinkedHashMap::new));
  }
}
