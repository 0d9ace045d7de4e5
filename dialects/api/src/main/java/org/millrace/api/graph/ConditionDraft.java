package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.Condition.Test;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/** What a node waits for, and when it is gone on from there. */
final class ConditionDraft {
  private static final int MOST_EDGES = 1_000_000;
  private static final int MOST_VALUES = 10_000;
  private static final long EDGE = 500;

  /** A condition, of whichever node it is said of. */
  record Asked(ValuePath path, Test test) {
    Condition of(NodeKey node) {
      return new Condition(new Reference.OfNode(node, path), test);
    }
  }

  private static final Fields<ConditionDraft> CONDITION =
      new Fields<ConditionDraft>()
          .with("value", (in, draft) -> draft.path = References.path(in))
          .with("equals", (in, draft) -> draft.test = one(in).map(Test.Among::new))
          .with("not_equals", (in, draft) -> draft.test = one(in).map(Test.NotAmong::new))
          .with("in", (in, draft) -> draft.test = several(in).map(Test.Among::new))
          .with("not_in", (in, draft) -> draft.test = several(in).map(Test.NotAmong::new))
          .with("exists", (in, draft) -> draft.test = in.truth().map(Test.There::new))
          .with("below", (in, draft) -> draft.test = in.number().map(Test.Below::new))
          .with("above", (in, draft) -> draft.test = in.number().map(Test.Above::new))
          .needing("value");

  private static final Fields<ConditionDraft> EDGE_FIELDS =
      new Fields<ConditionDraft>().with("when", (in, draft) -> draft.when = condition(in));

  private Optional<ValuePath> path = Optional.empty();
  private Optional<? extends Test> test = Optional.empty();
  private Optional<Asked> when = Optional.empty();

  /** Nodes that one waits for, each once. */
  static Map<NodeKey, Optional<Asked>> after(Cursor in) throws IOException {
    Map<NodeKey, Optional<Asked>> after = new LinkedHashMap<>();
    if (in.isAt(JsonToken.START_ARRAY)) {
      in.list(MOST_EDGES, cursor -> key(cursor, after));
    } else if (in.isAt(JsonToken.START_OBJECT)) {
      in.map(MOST_EDGES, ConditionDraft::edge)
          .forEach((name, asked) -> key(in, name).ifPresent(key -> after.put(key, asked)));
    } else {
      in.wants("a list of nodes, like [first, second],");
    }
    in.keep(EDGE * after.size());
    return after;
  }

  private static Optional<NodeKey> key(Cursor in, Map<NodeKey, Optional<Asked>> after)
      throws IOException {
    Optional<NodeKey> key = in.words().flatMap(text -> key(in, text));
    if (key.isPresent() && after.putIfAbsent(key.get(), Optional.empty()) != null) {
      in.fault("is there twice");
    }
    return key;
  }

  /** The name of a node. */
  static Optional<NodeKey> key(Cursor in, String text) {
    try {
      return Optional.of(new NodeKey(text));
    } catch (IllegalArgumentException unfit) {
      in.fault(String.valueOf(unfit.getMessage()));
      return Optional.empty();
    }
  }

  /** What is said of an edge; nothing at all is enough. */
  private static Optional<Optional<Asked>> edge(Cursor in) throws IOException {
    if (in.isAt(JsonToken.VALUE_NULL)) {
      return Optional.of(Optional.empty());
    }
    var draft = new ConditionDraft();
    EDGE_FIELDS.read(in, draft);
    return Optional.of(draft.when);
  }

  private static Optional<Asked> condition(Cursor in) throws IOException {
    Spot spot = in.spot();
    var draft = new ConditionDraft();
    Optional<Set<String>> given = CONDITION.read(in, draft);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    long tests = given.get().stream().filter(name -> !name.equals("value")).count();
    if (tests != 1) {
      in.fault(
          spot,
          "one of equals, not_equals, in, not_in, exists, below and above is wanted"
              + (tests == 0 ? "" : ", no more"));
      return Optional.empty();
    }
    return draft.path.flatMap(path -> draft.test.map(test -> new Asked(path, test)));
  }

  private static Optional<List<Value>> one(Cursor in) throws IOException {
    return in.value().map(List::of);
  }

  private static Optional<List<Value>> several(Cursor in) throws IOException {
    return in.list(MOST_VALUES, Cursor::value);
  }
}
