package org.millrace.engine.documents;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Space;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.ExternalId;
import org.millrace.engine.runs.RunIntakeStore.NewEdge;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.submission.IntakeStore.NewTask;

/**
 * Keeps documents whose tasks are the nodes of one run. Each method is one transaction; when it
 * returns, what it reports is on disk, and after a crash all of it is there, or nothing.
 * Thread-safe; interruption is left pending.
 *
 * <p>Each throws {@link org.millrace.domain.failure.Refusal} {@code Unavailable} when it is not
 * known to be stored.
 */
public interface DocumentRunStore {

  /**
   * Stores a document, its tasks and the run that they are nodes of, which goes on at once.
   *
   * @throws RuntimeException if anything of it is stored already, which no source of ids and
   *     numbers lets happen; nothing of it is stored then
   */
  Registered register(NewDocumentRun fresh);

  /**
   * What to store.
   *
   * @param agrees whether another document of the same creator may stand beside this one; asked of
   *     the first of them
   * @param tasks at most {@link #MOST_TASKS}: nobody else writes meanwhile
   * @param run ARRIVING
   * @param name of the run
   * @param nodes and edges at most {@link #MOST_ROWS} together
   */
  record NewDocumentRun(
      Document document,
      Predicate<Document> agrees,
      List<NodeTask> tasks,
      Run run,
      RunSpec spec,
      ExternalId name,
      List<NewNode> nodes,
      List<NewEdge> edges) {
    public NewDocumentRun {
      tasks = List.copyOf(tasks);
      nodes = List.copyOf(nodes);
      edges = List.copyOf(edges);
      if (tasks.size() > MOST_TASKS || nodes.size() + edges.size() > MOST_ROWS) {
        throw new IllegalArgumentException(
            "a document with a run has at most "
                + MOST_TASKS
                + " tasks, and nodes and edges of at most "
                + MOST_ROWS);
      }
      if (run.state() != RunState.ARRIVING) {
        throw new IllegalArgumentException("the run of a new document is ARRIVING");
      }
    }
  }

  /** Most tasks of such a document. */
  int MOST_TASKS = 1000;

  /** Most nodes and edges of its run. */
  int MOST_ROWS = 6000;

  /**
   * A task that its node will ask for.
   *
   * @param task made to wait ({@code Task.waiting}), named, not {@code assigned} yet
   * @param key by which the document has it: several may be to do the same
   */
  record NodeTask(NewTask task, String key, FaceState face) {
    public NodeTask {
      if (!task.task().isUnasked() || task.externalId().isEmpty() || task.done().isPresent()) {
        throw new IllegalArgumentException("the task of a node waits for it, and has a name");
      }
    }
  }

  /** What became of it. */
  sealed interface Registered {
    record Stored() implements Registered {}

    /** A document of the same creator is there that it does not agree with. */
    record Disagrees(Document other) implements Registered {}
  }

  /**
   * Removes a document with its tasks, as {@link DocumentStore#deleteTask}, and cancels the run.
   * False if there was none.
   *
   * @param run its name; one that is forgotten already is passed over
   * @param by who wants it gone
   */
  boolean delete(Space space, DocumentId document, ExternalId run, String by, Instant at);
}
