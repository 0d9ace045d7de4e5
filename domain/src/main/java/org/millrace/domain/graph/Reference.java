package org.millrace.domain.graph;

import java.util.Comparator;
import java.util.List;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Step;

/** Where in a plan something stands that is known only later. */
public sealed interface Reference {

  /** What a reference may begin with. */
  enum Root {
    /** Values of earlier nodes. */
    NODES,
    /** The item that a node was made for, and its number. */
    ITEM,
    /** Replies of earlier steps of the same node, and the step itself. */
    STEPS;

    List<String> words() {
      return switch (this) {
        case NODES -> List.of("nodes");
        case ITEM -> List.of("item", "index");
        case STEPS -> List.of("steps", "step");
      };
    }
  }

  /** {@code ${nodes.KEY.values.PATH}}. */
  record OfNode(NodeKey node, ValuePath path) implements Reference, Comparable<OfNode> {
    private static final Comparator<OfNode> ORDER =
        Comparator.comparing(OfNode::node).thenComparing(reference -> reference.path().toString());

    /** Has an order so that a set of them stays quick whatever names somebody chose. */
    @Override
    public int compareTo(OfNode other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return "${nodes" + field(node.text()) + ".values" + path + "}";
    }
  }

  /** {@code ${item.PATH}}. */
  record OfItem(ValuePath path) implements Reference {
    @Override
    public String toString() {
      return "${item" + path + "}";
    }
  }

  /** {@code ${index}}: the number of the item, from 0. */
  record OfIndex() implements Reference {
    @Override
    public String toString() {
      return "${index}";
    }
  }

  /** {@code ${steps.NAME.PATH}}. */
  record OfStep(String step, ValuePath path) implements Reference {
    @Override
    public String toString() {
      return "${steps" + field(step) + path + "}";
    }
  }

  /**
   * {@code ${step.key}}: the same whenever a step of an attempt is made again, and another one for
   * every other step, attempt and task.
   */
  record OfKey() implements Reference {
    @Override
    public String toString() {
      return "${step.key}";
    }
  }

  private static ValuePath field(String name) {
    return new ValuePath(List.of(new Step.Field(name)));
  }
}
