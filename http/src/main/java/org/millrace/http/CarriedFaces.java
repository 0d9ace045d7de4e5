package org.millrace.http;

import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/** The faces of one listener, in their order. */
final class CarriedFaces {
  private final List<RouteTable> tables;

  CarriedFaces(List<Face> faces) {
    this.tables = faces.stream().map(RouteTable::new).toList();
  }

  /** What a request asks for. */
  sealed interface Target {
    /** A route, and the face it belongs to. */
    record Found(RouteTable table, RouteTable.Match match) implements Target {}

    /** The path exists, but not with this method. */
    record OtherMethods(RouteTable table, Set<String> methods) implements Target {}

    /** No face has this path. */
    record Unknown() implements Target {}
  }

  Target find(String method, RequestPath path) {
    for (RouteTable table : tables) {
      Optional<RouteTable.Match> match = table.find(method, path);
      if (match.isPresent()) {
        return new Target.Found(table, match.get());
      }
    }
    for (RouteTable table : tables) {
      SequencedSet<String> methods = table.methods(path);
      if (!methods.isEmpty()) {
        return new Target.OtherMethods(table, methods);
      }
    }
    return new Target.Unknown();
  }

  /** Whose error form a path gets that no face has; empty if it is below no base path of any. */
  Optional<Face> owner(RequestPath path) {
    RouteTable owner = null;
    int most = -1;
    for (RouteTable table : tables) {
      int claim = table.ownership(path);
      if (claim > most) {
        most = claim;
        owner = table;
      }
    }
    return Optional.ofNullable(owner).map(RouteTable::face);
  }
}
