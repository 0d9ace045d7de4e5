package org.millrace.domain.run;

import java.time.Instant;
import java.util.List;
import org.millrace.domain.run.RunEvent.Arrived;
import org.millrace.domain.run.RunEvent.CancelRequested;
import org.millrace.domain.run.RunEvent.PauseRequested;
import org.millrace.domain.run.RunEvent.ResumeRequested;
import org.millrace.domain.run.RunEvent.RewindBegun;
import org.millrace.domain.run.RunEvent.Rewound;

/** Decides every change of a run as a whole. Pure. */
public final class RunMachine {
  private RunMachine() {}

  /** The run after the event; the same if the event does not fit its state. */
  public static Run apply(Run run, RunEvent event, Instant now) {
    var edit = new RunEdit(run);
    return switch (event) {
      case Arrived _ when run.state() == RunState.ARRIVING ->
          edit.state(RunState.RUNNING).settled(now);
      case PauseRequested _ when run.state() == RunState.RUNNING ->
          edit.state(RunState.PAUSED).settled(now);
      case ResumeRequested _ when run.state() == RunState.PAUSED ->
          edit.state(RunState.RUNNING).settled(now);
      case CancelRequested(String by) when mayBeCancelled(run) ->
          edit.state(RunState.CANCELING).cancelledBy(by).settled(now);
      case RewindBegun(int seen, List<Integer> places)
          when run.state().isFinal() && run.rewinds() == seen ->
          edit.state(RunState.REWINDING).rewindFrom(places).cancelledBy(null).settled(now);
      case Rewound(int rewind, RunTally tally) when run.isRewound(rewind) ->
          edit.state(RunState.RUNNING).rewound().tally(tally).settled(now);
      case Arrived _,
          PauseRequested _,
          ResumeRequested _,
          CancelRequested _,
          RewindBegun _,
          Rewound _ ->
          run;
    };
  }

  private static boolean mayBeCancelled(Run run) {
    return switch (run.state()) {
      case RUNNING, PAUSED, STOPPING -> true;
      case ARRIVING, REWINDING, CANCELING, COMPLETE, FAILED, CANCELED -> false;
    };
  }
}
