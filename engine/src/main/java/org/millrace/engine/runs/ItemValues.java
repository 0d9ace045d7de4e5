package org.millrace.engine.runs;

import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Values;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Looked;

/** What nodes left, and one item of a list. */
record ItemValues(Values ofNodes, NodePlan.Item item) implements Values {
  @Override
  public Value of(Reference reference) throws MissingValue {
    return switch (reference) {
      case Reference.OfItem(ValuePath path) ->
          switch (path.in(item.value())) {
            case Looked.Found(Value value) -> value;
            case Looked.Missing(String why) -> throw new MissingValue(reference, why);
          };
      case Reference.OfIndex() -> new Value.Numeral(String.valueOf(item.index()));
      case Reference.OfNode _, Reference.OfStep _, Reference.OfKey _ -> ofNodes.of(reference);
    };
  }
}
