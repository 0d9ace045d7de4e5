package org.millrace.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one face as a tree of segments. A look goes down literal segments first, then those
 * with the most literal text, and comes back up where it meets no handler for the method. Immutable
 * once built.
 */
final class RouteTable {
  private final Face face;
  private final FaceRules rules;
  private final Node root = new Node();
  private final List<List<String>> bases = new ArrayList<>();

  RouteTable(Face face) {
    this.face = face;
    this.rules = face.rules();
    for (Routes routes : face.routes()) {
      routes.bases().forEach(base -> bases.add(RequestPath.of(base).asTemplate(rules)));
      routes.routes().forEach(this::add);
    }
  }

  Face face() {
    return face;
  }

  FaceRules rules() {
    return rules;
  }

  /** A route, and what its parameters are. */
  record Match(Route route, Map<String, String> parameters) {}

  /** The handler for this method; HEAD falls back to GET. */
  Optional<Match> find(String method, RequestPath path) {
    var look = new Look(method, path.under(rules));
    Route route = look.down(root, 0);
    return route == null ? Optional.empty() : Optional.of(new Match(route, look.parameters()));
  }

  /**
   * The methods of this path, in order, with HEAD and OPTIONS; empty if the face does not have it.
   */
  SequencedSet<String> methods(RequestPath path) {
    var look = new Look("", path.under(rules));
    look.down(root, 0);
    SequencedSet<String> methods = new TreeSet<>(look.methods);
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    if (!methods.isEmpty()) {
      methods.add("OPTIONS");
    }
    return methods;
  }

  /** How many segments of the path belong to a base path of this face; -1 if it is below none. */
  int ownership(RequestPath path) {
    List<String> segments = path.under(rules);
    return bases.stream()
        .filter(
            base -> base.size() <= segments.size() && segments.subList(0, base.size()).equals(base))
        .mapToInt(List::size)
        .max()
        .orElse(-1);
  }

  private void add(Route route) {
    Node node = root;
    for (String segment : RequestPath.of(route.template()).asTemplate(rules)) {
      node = node.child(segment, route);
    }
    if (node.routes.putIfAbsent(route.method(), route) != null) {
      throw new IllegalArgumentException(
          "face %s: two handlers for %s %s"
              .formatted(face.name(), route.method(), route.template()));
    }
  }

  /** A place in the tree. */
  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final List<Pattern> patterns = new ArrayList<>();
    final Map<String, Route> routes = new TreeMap<>();
    @Nullable Pattern rest;

    Node child(String segment, Route route) {
      int open = segment.indexOf('{');
      if (open < 0) {
        return literals.computeIfAbsent(segment, _ -> new Node());
      }
      Pattern pattern = Pattern.of(segment, route);
      return pattern.takesRest ? restChild(pattern) : patternChild(pattern);
    }

    private Node restChild(Pattern pattern) {
      Pattern known = rest;
      if (known != null && known.meansTheSameAs(pattern)) {
        return known.node;
      }
      rest = pattern;
      return pattern.node;
    }

    private Node patternChild(Pattern pattern) {
      for (Pattern known : patterns) {
        if (known.meansTheSameAs(pattern)) {
          return known.node;
        }
      }
      patterns.add(pattern);
      patterns.sort(Comparator.comparingInt((Pattern each) -> -each.literalLength()));
      return pattern.node;
    }
  }

  /** A segment with a parameter. */
  private record Pattern(String prefix, String name, String suffix, boolean takesRest, Node node) {

    static Pattern of(String segment, Route route) {
      int open = segment.indexOf('{');
      int close = segment.indexOf('}');
      boolean rest = close > 0 && segment.charAt(close - 1) == '*';
      if (close < open + 2
          || segment.indexOf('{', open + 1) >= 0
          || (rest && close != segment.length() - 1)) {
        throw new IllegalArgumentException(
            "path template "
                + route.template()
                + ": a segment has one parameter at most, like {id}, {id}:cancel, {path*}");
      }
      String name = segment.substring(open + 1, rest ? close - 1 : close);
      return new Pattern(
          segment.substring(0, open), name, segment.substring(close + 1), rest, new Node());
    }

    boolean meansTheSameAs(Pattern other) {
      boolean same = prefix.equals(other.prefix) && suffix.equals(other.suffix);
      if (same && !name.equals(other.name)) {
        throw new IllegalArgumentException(
            "path parameters {%s} and {%s} stand at the same place".formatted(name, other.name));
      }
      return same;
    }

    int literalLength() {
      return prefix.length() + suffix.length();
    }

    @Nullable String valueIn(String segment) {
      boolean fits =
          segment.length() > literalLength()
              && segment.startsWith(prefix)
              && segment.endsWith(suffix);
      return fits ? segment.substring(prefix.length(), segment.length() - suffix.length()) : null;
    }
  }

  /** One walk down the tree. */
  private static final class Look {
    private final String method;
    private final List<String> segments;
    private final ArrayList<String> names = new ArrayList<>(4);
    private final ArrayList<String> values = new ArrayList<>(4);
    final TreeSet<String> methods = new TreeSet<>();

    Look(String method, List<String> segments) {
      this.method = method;
      this.segments = segments;
    }

    @Nullable Route down(Node node, int depth) {
      if (depth == segments.size()) {
        Route here = at(node);
        return here != null ? here : rest(node, depth);
      }
      String segment = segments.get(depth);
      Node literal = node.literals.get(segment);
      Route found = literal == null ? null : down(literal, depth + 1);
      for (int i = 0; found == null && i < node.patterns.size(); i++) {
        found = into(node.patterns.get(i), segment, depth);
      }
      return found != null ? found : rest(node, depth);
    }

    private @Nullable Route into(Pattern pattern, String segment, int depth) {
      String value = pattern.valueIn(segment);
      if (value == null) {
        return null;
      }
      push(pattern.name, value);
      Route found = down(pattern.node, depth + 1);
      if (found == null) {
        names.removeLast();
        values.removeLast();
      }
      return found;
    }

    private @Nullable Route rest(Node node, int depth) {
      Pattern rest = node.rest;
      Route found = rest == null ? null : at(rest.node);
      if (rest != null && found != null) {
        push(rest.name, String.join("/", segments.subList(depth, segments.size())));
      }
      return found;
    }

    private void push(String name, String value) {
      names.add(name);
      values.add(value);
    }

    private @Nullable Route at(Node node) {
      methods.addAll(node.routes.keySet());
      Route exact = node.routes.get(method);
      return exact == null && method.equals("HEAD") ? node.routes.get("GET") : exact;
    }

    Map<String, String> parameters() {
      var parameters = new LinkedHashMap<String, String>();
      for (int i = 0; i < names.size(); i++) {
        parameters.put(names.get(i), values.get(i));
      }
      return parameters;
    }
  }
}
