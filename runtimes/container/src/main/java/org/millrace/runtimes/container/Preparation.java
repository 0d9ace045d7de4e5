package org.millrace.runtimes.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.Unrunnable;
import org.millrace.runtimes.container.AttemptPlace.ExecutorPlan;
import org.millrace.runtimes.container.AttemptPlace.InputMark;
import org.millrace.runtimes.container.AttemptPlace.Prepared;

/** Makes an attempt ready: images, the tree with volumes and inputs, and what is bound where. */
record Preparation(Images images, ImageFolders imageFolders, StageIn stageIn, boolean binding) {

  /** Makes it, also over what an earlier server left half made. */
  void make(ContainerAttempt attempt)
      throws IOException, AttemptFailed, EngineAway, EngineRefused, InterruptedException {
    Unrunnable.refuse(attempt.work());
    refuseRootVolume(attempt);
    Map<String, Image> found = imagesOf(attempt);
    makeTree(attempt);
    List<StoredFile> inputs =
        stageIn.bringIn(attempt.work().inputs(), attempt.tree(), attempt.order().progress());
    Set<String> folders = TaskPaths.folders(attempt.work());
    for (String folder : folders) {
      attempt.tree().makeFolder(folder);
    }
    List<ExecutorPlan> plans = plans(attempt, found, folders);
    TreeAccess.open(attempt.tree().root());
    attempt.place().markPrepared(new Prepared(inputs.stream().map(InputMark::of).toList(), plans));
  }

  private static void refuseRootVolume(ContainerAttempt attempt) throws AttemptFailed {
    if (TaskPaths.volumes(attempt.work()).contains("/")) {
      throw new AttemptFailed(
          new Outcome.Unplaceable(
              Cause.ofCaller(
                  "volume-is-root",
                  "volumes: '/' would hide all of the image",
                  "declare a folder below it")));
    }
  }

  private Map<String, Image> imagesOf(ContainerAttempt attempt)
      throws AttemptFailed, EngineAway, InterruptedException {
    Map<String, Image> found = new HashMap<>();
    for (ExecutorSpec executor : attempt.work().executors()) {
      if (!found.containsKey(executor.image())) {
        found.put(executor.image(), images.ensure(executor.image(), attempt.order().progress()));
      }
    }
    return found;
  }

  private static void makeTree(ContainerAttempt attempt) throws IOException {
    FolderRemoval.remove(attempt.place().root());
    attempt.place().make();
    for (String volume : attempt.work().volumes()) {
      attempt.tree().makeFolder(volume);
    }
  }

  private List<ExecutorPlan> plans(
      ContainerAttempt attempt, Map<String, Image> found, Set<String> folders)
      throws EngineAway, EngineRefused, InterruptedException {
    Map<String, BindPlan> byImage = new HashMap<>();
    var plans = new ArrayList<ExecutorPlan>();
    for (ExecutorSpec executor : attempt.work().executors()) {
      Image image = found.get(executor.image());
      if (image == null) {
        throw new IllegalStateException("no image " + executor.image());
      }
      if (!byImage.containsKey(image.id())) {
        Set<String> occupied = imageFolders.occupied(image, folders);
        byImage.put(image.id(), BindPlan.of(attempt.work(), occupied, image.volumes(), binding));
      }
      BindPlan plan = byImage.get(image.id());
      plans.add(new ExecutorPlan(image.id(), image.digest().orElse(""), image.platform(), plan));
    }
    return plans;
  }
}
