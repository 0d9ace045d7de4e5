package org.millrace.engine.documents;

import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.views.ViewStore;

/**
 * What can be done with documents, wired.
 *
 * @param runs documents whose tasks are nodes of a run
 * @param advancer looks after tasks that wait for others; for a loop of the engine alone
 */
public record Documents(
    RegisterDocuments register,
    AssignTasks assign,
    AskAgain askAgain,
    Remarks remarks,
    SaveResult saveResult,
    DeleteDocuments delete,
    DocumentRuns runs,
    DocumentViewStore views,
    DocumentAdvancer advancer) {

  /**
   * What a face decides.
   *
   * @param rule what it tells of an assigned task
   */
  public record Face(FaceRule rule, AssignmentRule assignments, Dependencies dependencies) {

    /** Of a server without documents. */
    public static final Face NONE =
        new Face(FaceRule.UNCHANGED, AssignmentRule.NONE, Dependencies.NONE);
  }

  /** Wires them. */
  public static Documents wire(
      DocumentPorts ports,
      ViewStore tasks,
      Face face,
      Admission admission,
      Lanes lanes,
      Runtimes runtimes,
      TaskTransitions transitions,
      News news,
      Ids ids,
      InstantSource clock,
      RandomGenerator chance) {
    var assign = new AssignTasks(face.assignments(), admission, lanes, ports, news, ids, clock);
    return new Documents(
        new RegisterDocuments(ports.store()),
        assign,
        new AskAgain(transitions, face.rule(), news, ports.views(), clock),
        new Remarks(transitions, clock),
        new SaveResult(ports.store(), clock, chance),
        new DeleteDocuments(ports.store(), news, clock),
        new DocumentRuns(ports, tasks, admission, lanes, runtimes::isAway, news, ids, clock),
        ports.views(),
        new DocumentAdvancer(ports, face.dependencies(), assign, transitions, clock));
  }
}
