package org.millrace.api;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.TaskId;

/**
 * A node of a run as one line of a list.
 *
 * @param place in the order of the file, from 0; items of spread nodes come after all others
 * @param state of one that ended, how
 * @param waitsFor how many nodes it waits for; of one that was spread, how many items
 * @param cause why it failed or was skipped, if not by its task
 * @param parent of an item, the place of the node that was spread
 * @param after places of the nodes before it, the first hundred, if they were asked for
 */
record WireNode(
    int place,
    String key,
    String state,
    int generation,
    int waitsFor,
    Optional<String> task,
    Optional<WireCause> cause,
    Optional<Integer> parent,
    Optional<List<Integer>> after) {

  static WireNode of(RunNode node) {
    return of(node, Optional.empty());
  }

  static WireNode of(RunNode node, Optional<List<Integer>> after) {
    return new WireNode(
        node.place(),
        node.key().text(),
        state(node),
        node.generation(),
        node.entries().open(),
        node.task().map(TaskId::text),
        node.cause().map(WireCause::of),
        node.parent().isPresent() ? Optional.of(node.parent().getAsInt()) : Optional.empty(),
        after);
  }

  private static String state(RunNode node) {
    return node.end().map(NodeEnd::name).orElse(node.state().name());
  }
}
