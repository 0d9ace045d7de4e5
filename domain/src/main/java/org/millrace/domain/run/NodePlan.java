package org.millrace.domain.run;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.graph.Filler;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.graph.Values;
import org.millrace.domain.graph.Weight;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.value.Value;

/** What a node does when it is ready. */
public sealed interface NodePlan {

  /**
   * It becomes this task, with values in the places of references.
   *
   * @param admitted whether it has been admitted as it is, which one with references cannot be
   */
  record Single(TaskSpec task, boolean admitted) implements NodePlan {
    /** One that was not admitted yet. */
    public Single(TaskSpec task) {
      this(task, false);
    }
  }

  /**
   * It becomes a task for each item of a list.
   *
   * @param list one reference, or a list in whose texts references stand
   * @param item may refer to its item and index too
   * @param most items; more fail the node
   */
  record Each(Value list, TaskSpec item, int most) implements NodePlan {
    /** No node becomes more tasks than this. */
    public static final int MOST = 100_000;

    public Each {
      if (most < 1 || most > MOST) {
        throw new IllegalArgumentException("for-each: 1 to " + MOST + " items");
      }
    }
  }

  /**
   * One item of a node that was spread: it becomes the task that the other one tells.
   *
   * @param index from 0
   */
  record Item(Value value, int index) implements NodePlan {}

  /** Nothing: others wait for it. */
  record Barrier() implements NodePlan {}

  /** It is a task that exists already. */
  record Adopted(TaskId task) implements NodePlan {}

  /**
   * The references in it to values of nodes, each once, in order.
   *
   * @throws BadReference if a text holds what looks like a reference and is none
   */
  default Set<Reference.OfNode> references() throws BadReference {
    Set<Reference> all = new LinkedHashSet<>();
    switch (this) {
      case Single(TaskSpec task, boolean _) ->
          all.addAll(PlanTexts.references(task.work(), EnumSet.of(Root.NODES)));
      case Each(Value list, TaskSpec item, int _) -> {
        all.addAll(Filler.references(EnumSet.of(Root.NODES), filler -> filler.value(list)));
        all.addAll(PlanTexts.references(item.work(), EnumSet.of(Root.NODES, Root.ITEM)));
      }
      case Item _, Barrier _, Adopted _ -> {}
    }
    Set<Reference.OfNode> toNodes = new LinkedHashSet<>();
    for (Reference reference : all) {
      if (reference instanceof Reference.OfNode toNode) {
        toNodes.add(toNode);
      }
    }
    return toNodes;
  }

  /**
   * A task with values in the places of references.
   *
   * @param values of nodes; of an item as well, if it is the task of one
   */
  static TaskSpec filled(TaskSpec plan, Set<Root> roots, Values values) throws MissingValue {
    try {
      return plan.withWork(PlanTexts.filled(plan.work(), roots, values));
    } catch (BadReference never) {
      throw new IllegalStateException("a plan that was checked has a bad reference", never);
    }
  }

  /** The weight of the values that a list comes to over which a node is spread. */
  long LIST_ROOM = 16 << 20;

  /** How much there is to write down of it: about so many characters. */
  default long weight() {
    return switch (this) {
      case Single(TaskSpec task, boolean _) -> weightOf(task);
      case Each(Value list, TaskSpec item, int _) -> Weight.of(list) + weightOf(item);
      case Item(Value value, int _) -> Weight.of(value);
      case Barrier _, Adopted _ -> 0;
    };
  }

  /** How much there is to write down of a task: about so many characters. */
  static long weightOf(TaskSpec task) {
    return PlanTexts.weight(task.work());
  }

  /** The list that a node is spread over, with values in the places of references. */
  static Value filled(Value list, Values values) throws MissingValue {
    try {
      return new Filler(EnumSet.of(Root.NODES), values, LIST_ROOM).value(list);
    } catch (BadReference never) {
      throw new IllegalStateException("a plan that was checked has a bad reference", never);
    }
  }
}
