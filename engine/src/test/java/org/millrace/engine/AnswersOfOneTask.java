package org.millrace.engine;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.millrace.domain.task.ServerId;
import org.millrace.engine.attempt.AttemptRunner;
import org.millrace.engine.attempt.AttemptTimes;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.Answers;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;

/** Where the answers to one task arrive, and what this server works on; for one thread. */
public record AnswersOfOneTask(Answers answers, Attempts attempts) {

  /** On a server called north, at the beginning of time. */
  public static AnswersOfOneTask of(OneTask row, InOneThread threads, List<TaskRuntime> runtimes) {
    var bell = threads.bell();
    var signs = new StopSigns();
    var transitions =
        new TaskTransitions(
            row, FaceRule.UNCHANGED, Announcer.NOBODY, signs, new News(bell, bell, bell, bell));
    var attempts =
        new Attempts(
            new AttemptRunner(new Runtimes(runtimes), threads, new Random(1), AttemptTimes.DEFAULT),
            transitions,
            signs,
            new StagingBoard(() -> Instant.EPOCH),
            threads,
            () -> Instant.EPOCH);
    var answers =
        new Answers(
            row,
            attempts,
            transitions,
            threads,
            new Random(1),
            new ServerId("north"),
            () -> Instant.EPOCH);
    return new AnswersOfOneTask(answers, attempts);
  }
}
