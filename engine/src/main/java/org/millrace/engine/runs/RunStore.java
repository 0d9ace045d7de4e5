package org.millrace.engine.runs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunTally;
import org.millrace.domain.task.Task;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.submission.IntakeStore.NewTask;

/**
 * Changes runs, and finds what is next to be done in them. Each write is one transaction; when it
 * returns, what it reports is on disk. Thread-safe; interruption is left pending.
 *
 * <p>What follows from an event is decided by {@code RunMachine} and {@code NodeMachine} alone.
 * What a change leaves in the history of the run is {@link RunLine}: a line if the state of the
 * node is another one or it was made anew, and after it one if the state of the run is; what was
 * only counted leaves none. A task that becomes final ends every ACTIVE node that is this task, and
 * mends those that it failed, in its own transaction: {@code TransitionStore} applies {@link
 * NodeEvent.TaskEnded}.
 *
 * <p>A run that is ARRIVING, or being removed, has no nodes and edges for those who ask.
 */
public interface RunStore {
  /**
   * Applies an event to a run; one that is ARRIVING is found, one that was taken over or is being
   * removed is not.
   *
   * @return the run after it; empty if there is no such run
   */
  Optional<Run> apply(RunId run, RunEvent event, Instant at);

  /**
   * Applies changes in order, each to what those before it left. One that does not fit what is
   * stored changes nothing, and nothing that goes with it is stored; the others are, all in one
   * transaction.
   *
   * @param changes at most a few thousand: nobody else writes meanwhile
   * @return what came of each; empty where there is no such run or node
   * @throws RuntimeException if a task, a place or a key of an item is stored already, which no
   *     source of ids and places lets happen; nothing of all changes is stored then
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when it is not known to be
   *     stored: applied again, what was stored does not fit any more
   */
  List<Optional<NodeTransition>> apply(List<NodeChange> changes, Instant at);

  /**
   * An event of a node, and what is stored with it.
   *
   * <p>{@link NodeEvent.Begun} without a task adopts one: it does not fit if there is no such task.
   * If its task is final already the node ends at once. What a node told and its items are no part
   * of {@link NodeEvent.MadeAnew}: whoever sends it lets go of them before, by {@link #forget}.
   *
   * @param generation of the node that this was decided of; if it has another one, it does not fit
   * @param over what it comes over, which must be there and not have been told before, from a node
   *     that is telling its end: else it does not fit
   * @param task stored as by {@code IntakeStore.insert}; of {@link NodeEvent.Begun}. It has no
   *     external id, and no bound on its lane
   * @param items stored as they are; of {@link NodeEvent.ItemsMade}
   */
  record NodeChange(
      RunId run,
      int place,
      int generation,
      NodeEvent event,
      Optional<Over> over,
      Optional<NewTask> task,
      List<NewNode> items) {
    public NodeChange {
      items = List.copyOf(items);
      if (task.filter(fresh -> fresh.externalId().isPresent() || fresh.refuseAt().isPresent())
          .isPresent()) {
        throw new IllegalArgumentException("the task of a node has no other name, and no bound");
      }
    }

    /** Its task as it ended, if that was done at once. */
    public Optional<Task> done() {
      return task.flatMap(NewTask::done).map(done -> done.ended().task());
    }

    /** An event and nothing else. */
    public static NodeChange of(RunId run, RunNode node, NodeEvent event) {
      return of(run, node.place(), node.generation(), event);
    }

    /** An event and nothing else, of the node of which so much is known. */
    static NodeChange of(RunId run, int place, int generation, NodeEvent event) {
      return new NodeChange(
          run, place, generation, event, Optional.empty(), Optional.empty(), List.of());
    }

    /** The same, coming over something that is told with it. */
    public NodeChange over(Over told) {
      return new NodeChange(run, place, generation, event, Optional.of(told), task, items);
    }

    /** The same with the task that it becomes. */
    public NodeChange as(NewTask fresh) {
      return new NodeChange(run, place, generation, event, over, Optional.of(fresh), items);
    }

    /** The same with items. */
    public NodeChange with(List<NewNode> fresh) {
      return new NodeChange(run, place, generation, event, over, task, fresh);
    }
  }

  /** Over what a node is told something. */
  sealed interface Over {
    /**
     * Over an edge that enters it and has no mark yet, from a node that is telling its end: it gets
     * this one.
     *
     * @param from place of the node that it leaves
     */
    record MarkedEdge(int from, EdgeMark mark) implements Over {}

    /**
     * By an item of it that is telling its end: it has told all then.
     *
     * @param place of the item
     */
    record ItemEnded(int place) implements Over {}
  }

  /**
   * Takes the marks from edges and removes items, before the nodes that they leave and are of are
   * made anew: all of it in one transaction, and nothing unless the run is REWINDING for this time.
   * Edges that are not there, and places at which no item is, are passed over; so it is harmless
   * when repeated.
   *
   * @param rewind which time, by {@link Run#rewinds}
   * @param edges at most a few thousand, as many as {@code items} together with them
   * @param items places of items, which go with what they were to do
   */
  void forget(RunId run, int rewind, List<EdgeAt> edges, List<Integer> items);

  /** An edge, by the places of the nodes that it leaves and enters. */
  record EdgeAt(int from, int to) {}

  /**
   * A page of the runs in which there is something to do, oldest first: RUNNING with a node that is
   * ready, to be told or being spread; PAUSED with one to be told; STOPPING, CANCELING and
   * REWINDING ones.
   *
   * @param after those begun after this one; none, if it is not there any more
   */
  List<RunHead> busy(Optional<RunId> after, int most);

  /** A run with what its caller said of it. */
  record RunHead(Run run, RunSpec spec) {}

  /** Nodes whose ends are to be told, in the order of their places. */
  List<RunNode> toTell(RunId run, int most);

  /** Edges that leave a node and have no mark, in the order of where they lead. */
  List<Leaving> leaving(RunId run, int place, int most);

  /** An edge that leaves a node, and the node that it enters. */
  record Leaving(RunNode to, Optional<Condition> condition, boolean leads) {}

  /** Nodes that are ready, in the order of their places. */
  List<RunNode> ready(RunId run, int most);

  /** Nodes that are being spread and not all of whose items are made, in the order of places. */
  List<RunNode> spreading(RunId run, int most);

  /** Nodes with a task that has not ended, from a place on, in the order of their places. */
  List<RunNode> active(RunId run, int from, int most);

  /** Edges of a run in the order of where they begin and lead, after one of them. */
  List<StoredEdge> edges(RunId run, int afterFrom, int afterTo, int most);

  /** An edge, by places. */
  record StoredEdge(int from, int to, boolean leads, Optional<EdgeMark> mark) {}

  /** Counts the nodes of a run, all of them, as {@link Run#tally} does; takes time with them. */
  RunTally count(RunId run);
}
