package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.SmallFile;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.engine.staging.Unrunnable;
import org.millrace.engine.staging.Wildcards;
import org.millrace.engine.views.LogFolder;
import org.millrace.runtimes.local.ControlGroups.SlotLimits;
import org.millrace.runtimes.local.SupervisorScript.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the place for an attempt: its tree with volumes, inputs, the folders that outputs and
 * executors need; the logs; and the script by which all of it is run.
 */
record Preparation(
    Isolation isolation, StageIn stageIn, Slots slots, WorkArea area, LocalSettings settings) {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

  /** Makes it, also over what an earlier server left half made. */
  void make(LocalAttempt attempt) throws IOException, AttemptFailed, InterruptedException {
    Unrunnable.refuse(attempt.work());
    makeFolders(attempt);
    isolation.lay(attempt.tree());
    for (String volume : attempt.work().volumes()) {
      attempt.tree().makeFolder(volume);
    }
    List<StoredFile> inputs =
        stageIn.bringIn(attempt.work().inputs(), attempt.tree(), attempt.order().progress());
    makeRoom(attempt.work(), attempt.tree());
    attempt.logs().make();
    attempt.tree().give(attempt.place().root());
    writeScript(attempt, inputs);
  }

  /** The root is the task's own only when all is in it: nobody else can meddle meanwhile. */
  private static void makeFolders(LocalAttempt attempt) throws IOException {
    AttemptFolder place = attempt.place();
    try {
      Files.createDirectory(place.folder());
    } catch (FileAlreadyExistsException before) {
      LOG.debug("attempt={} was begun before", place.name());
    }
    Files.setPosixFilePermissions(place.folder(), OthersMay.ENTER);
    FolderRemoval.remove(place.root());
    Files.createDirectory(place.root(), PosixFilePermissions.asFileAttribute(OthersMay.NOTHING));
  }

  /**
   * What executors may take for granted: the folders of outputs above files, and folder outputs
   * themselves, as other TES servers mount them; and their working directories.
   */
  private void makeRoom(ContainerWork work, TaskFolder folder) throws IOException {
    for (Output output : work.outputs()) {
      folder.makeFolder(Wildcards.folderFor(output));
    }
    for (SmallFile read : work.reads().values()) {
      folder.makeFolder(read.path().substring(0, read.path().lastIndexOf('/') + 1));
    }
    for (ExecutorSpec executor : work.executors()) {
      if (executor.workdir().isPresent() && !isolation.isClosed(executor.workdir().get())) {
        folder.makeFolder(executor.workdir().get());
      }
    }
  }

  private void writeScript(LocalAttempt attempt, List<StoredFile> inputs)
      throws IOException, InterruptedException {
    SlotLimits limits = settings.limits(attempt.order().spec().resources());
    Slots.Taken slot =
        slots.take(attempt.place(), limits, attempt.executors().size(), attempt.order().progress());
    List<Step> steps = steps(attempt);
    for (Step step : steps) {
      if (!step.invocation().hidden().isEmpty()) {
        attempt.place().hide(step.index(), step.invocation().hidden());
      }
    }
    String script =
        new SupervisorScript(attempt.place(), leavesFiles(attempt.work()), isolation.settle())
            .text(steps);
    attempt.place().markPrepared(script, slot, inputs);
  }

  private static boolean leavesFiles(ContainerWork work) {
    return !work.outputs().isEmpty()
        || !work.reads().isEmpty()
        || work.executors().stream()
            .anyMatch(executor -> executor.stdout().isPresent() || executor.stderr().isPresent());
  }

  private List<Step> steps(LocalAttempt attempt) {
    var steps = new ArrayList<Step>();
    for (int i = 0; i < attempt.executors().size(); i++) {
      steps.add(
          new Step(
              i,
              invocation(attempt, i),
              attempt.logs().file(i, LogFolder.Stream.STDOUT),
              attempt.logs().file(i, LogFolder.Stream.STDERR),
              attempt.executors().get(i).ignoreError(),
              slots.words(attempt.place(), i)));
    }
    return steps;
  }

  private Invocation invocation(LocalAttempt attempt, int index) {
    ExecutorSpec executor = attempt.executors().get(index);
    boolean timed = !slots.count(attempt.place());
    return executor.command().isEmpty()
        ? Invocation.NONE
        : isolation.invocation(executor, attempt.logs().plans().get(index), attempt.tree(), timed);
  }
}
