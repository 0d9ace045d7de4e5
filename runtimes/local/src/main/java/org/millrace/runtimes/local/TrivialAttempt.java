package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.runtimes.local.SupervisorScript.Step;

/**
 * {@code true}, run like any executor, again and again: to see whether that works, and how fast.
 */
final class TrivialAttempt implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final StreamPlan NO_STREAMS = StreamPlan.of(List.of(executor())).getFirst();

  private final AttemptFolder attempt;
  private final Supervision supervision;

  /** Makes a folder for it. */
  TrivialAttempt(
      AttemptFolder attempt,
      WorkArea area,
      Isolation isolation,
      HostPrograms programs,
      SlotWords slot)
      throws IOException {
    this.attempt = attempt;
    this.supervision = new Supervision(programs);
    Files.createDirectories(attempt.folder());
    Files.setPosixFilePermissions(attempt.folder(), OthersMay.ENTER);
    Files.createDirectory(attempt.root(), PosixFilePermissions.asFileAttribute(OthersMay.NOTHING));
    var folder = new TaskFolder(attempt.root(), area.user().map(TaskUser::asOwner));
    folder.give(attempt.root());
    isolation.lay(folder);
    var step =
        new Step(
            0,
            isolation.invocation(executor(), NO_STREAMS, folder, false),
            attempt.folder().resolve("stdout"),
            attempt.folder().resolve("stderr"),
            false,
            slot);
    Files.writeString(
        attempt.script(),
        new SupervisorScript(attempt, false, isolation.settle()).text(List.of(step)));
  }

  private static ExecutorSpec executor() {
    return ExecutorSpec.of("none", List.of("true"));
  }

  /** Runs it once; empty if it ended well, else the last words of what failed. */
  Optional<String> run() throws IOException, InterruptedException {
    Files.deleteIfExists(attempt.journalFile());
    Process process = supervision.launch(attempt);
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      return Optional.of("it did not end within " + PATIENCE.toSeconds() + " s");
    }
    List<ExitRecord> exits = attempt.journal().exits();
    return !exits.isEmpty() && exits.getFirst().code() == 0
        ? Optional.empty()
        : Optional.of(lastWords(process));
  }

  private String lastWords(Process process) {
    String words = OneLine.of(AttemptFolder.textOf(attempt.folder().resolve("stderr")));
    return words.isEmpty() ? "the supervisor exited with " + process.exitValue() : words;
  }

  @Override
  public void close() throws IOException {
    FolderRemoval.remove(attempt.folder());
  }
}
