package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.TaskFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the place for an attempt: its tree with volumes, inputs, the folders that outputs and
 * executors need, and the logs.
 */
record Preparation(Isolation isolation, StageIn stageIn) {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

  /**
   * Makes it, also over what an earlier server left half made. Returns the inputs that were brought
   * in.
   */
  List<StoredFile> make(
      AttemptFolder attempt, ContainerWork work, TaskFolder folder, Logs logs, Progress progress)
      throws IOException, AttemptFailed, InterruptedException {
    makeFolders(attempt, folder);
    isolation.lay(folder);
    for (String volume : work.volumes()) {
      folder.makeFolder(volume);
    }
    List<StoredFile> inputs = stageIn.bringIn(work.inputs(), folder, progress);
    makeRoom(work, folder);
    logs.make();
    return inputs;
  }

  private static void makeFolders(AttemptFolder attempt, TaskFolder folder) throws IOException {
    try {
      Files.createDirectory(attempt.folder());
    } catch (FileAlreadyExistsException before) {
      LOG.debug("attempt={} was begun before", attempt.name());
    }
    Files.setPosixFilePermissions(attempt.folder(), OthersMay.ENTER);
    FolderRemoval.remove(attempt.root());
    Files.createDirectory(attempt.root(), PosixFilePermissions.asFileAttribute(OthersMay.NOTHING));
    folder.give(attempt.root());
  }

  /**
   * What executors may take for granted: the folders of outputs above files, and folder outputs
   * themselves, as other TES servers mount them; and their working directories.
   */
  private void makeRoom(ContainerWork work, TaskFolder folder) throws IOException {
    for (Output output : work.outputs()) {
      folder.makeFolder(output.type() == FileType.DIRECTORY ? output.path() : above(output.path()));
    }
    for (ExecutorSpec executor : work.executors()) {
      if (executor.workdir().isPresent() && !isolation.isClosed(executor.workdir().get())) {
        folder.makeFolder(executor.workdir().get());
      }
    }
  }

  private static String above(String path) {
    Path folder = Path.of("/").resolve(path).normalize().getParent();
    return folder == null ? "/" : folder.toString();
  }

  /** What no program can be given. It will not be better at another attempt. */
  static void refuseUnrunnable(ContainerWork work) throws AttemptFailed {
    for (int i = 0; i < work.executors().size(); i++) {
      ExecutorSpec executor = work.executors().get(i);
      boolean badName =
          executor.env().keySet().stream().anyMatch(name -> name.isEmpty() || name.contains("="));
      if (badName || textsOf(executor).anyMatch(text -> text.indexOf('\0') >= 0)) {
        Cause cause =
            new Cause(
                "command-unrunnable",
                "executors["
                    + i
                    + "]: no program can be given a NUL character, or a variable whose name is"
                    + " empty or holds '='",
                "");
        throw new AttemptFailed(new Outcome.Unplaceable(cause));
      }
    }
  }

  private static Stream<String> textsOf(ExecutorSpec executor) {
    return Stream.of(
            executor.command().stream(),
            executor.env().keySet().stream(),
            executor.env().values().stream(),
            executor.workdir().stream(),
            executor.stdin().stream(),
            executor.stdout().stream(),
            executor.stderr().stream())
        .flatMap(texts -> texts);
  }
}
