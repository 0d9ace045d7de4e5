package org.millrace.domain.graph;

import java.util.List;
import org.millrace.domain.value.ValuePath;

/** Where in a plan a value of an earlier node stands: {@code ${nodes.KEY.values.PATH}}. */
public record Reference(NodeKey node, ValuePath path) {
  @Override
  public String toString() {
    return "${nodes"
        + new ValuePath(List.of(new ValuePath.Step.Field(node.text())))
        + ".values"
        + path
        + "}";
  }
}
