package org.millrace.engine.runs;

import java.time.InstantSource;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.views.Explain;

/**
 * What can be done with runs, wired.
 *
 * @param advancer moves them on; for a loop of the engine alone
 */
public record Runs(
    SubmitRun submit,
    RunRequests requests,
    RunViews views,
    ExplainRun explain,
    RunAdvancer advancer) {

  /** Wires them. */
  public static Runs wire(
      StorePorts stores,
      Admission admission,
      Lanes lanes,
      Runtimes runtimes,
      Announcer announcer,
      Explain explain,
      TaskTransitions transitions,
      News news,
      Ids ids,
      InstantSource clock) {
    var views = new RunViews(stores.runViews(), stores.views());
    var advancer =
        new RunAdvancer(
            stores.runIntake(),
            stores.runs(),
            new Moving(
                stores.runs(),
                stores.runViews(),
                stores.views(),
                new Beginning(
                    stores.views(), transitions, admission, lanes, runtimes, announcer, ids),
                new Telling(stores.runs(), stores.runViews()),
                news,
                clock),
            new Spreading(stores.runs(), stores.runViews(), stores.views(), clock),
            new Stopping(stores.runs(), stores.runViews(), transitions, clock),
            new Rewinding(stores.runs(), stores.runViews(), clock),
            news,
            clock);
    return new Runs(
        new SubmitRun(
            new PlanAdmission(admission), stores.runIntake(), stores.runs(), news, ids, clock),
        new RunRequests(views, stores.runViews(), stores.runs(), news, clock),
        views,
        new ExplainRun(views, stores.runViews(), explain),
        advancer);
  }
}
