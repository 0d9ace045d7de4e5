package org.millrace.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.retention.KeptLogs.LogsOfTask;
import org.millrace.engine.views.LogFolder;

final class LogFilesTest {
  private static final TaskId TASK = new TaskId("task-1");
  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path parent;
  private LogFolder folder;
  private LogFiles logs;

  @BeforeEach
  void begin() {
    folder = new LogFolder(parent.resolve("logs"));
    logs = new LogFiles(folder);
  }

  private Path write(TaskId task, int attempt, String text, Instant when) throws IOException {
    Path file = folder.place(task, attempt, 0, LogFolder.Stream.STDOUT);
    Files.createDirectories(folder.ofAttempt(task, attempt));
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(when));
    Files.setLastModifiedTime(folder.ofAttempt(task, attempt), FileTime.from(THEN));
    Files.setLastModifiedTime(folder.ofTask(task), FileTime.from(THEN));
    return file;
  }

  private final List<TaskId> unreadable = new ArrayList<>();

  private List<LogsOfTask> all() throws IOException, InterruptedException {
    List<LogsOfTask> all = new ArrayList<>();
    logs.visit(
        new KeptLogs.Visitor() {
          @Override
          public void logs(LogsOfTask found) {
            all.add(found);
          }

          @Override
          public void unreadable(TaskId task, IOException why) {
            unreadable.add(task);
          }
        });
    return all;
  }

  @Test
  void before_anything_ran_there_are_none() throws Exception {
    assertThat(all()).isEmpty();
    logs.remove(TASK);
  }

  @Test
  void all_attempts_count_together() throws Exception {
    write(TASK, 1, "12345", THEN);
    write(TASK, 2, "123", THEN.plusSeconds(9));

    assertThat(all()).containsExactly(new LogsOfTask(TASK, THEN.plusSeconds(9), 8));
  }

  @Test
  void what_bears_no_name_of_a_task_is_passed_over() throws Exception {
    write(TASK, 1, "12345", THEN);
    Files.createDirectories(folder.folder().resolve("lost+found"));
    Files.createDirectories(folder.folder().resolve("old logs"));
    Files.writeString(folder.folder().resolve("readme"), "no folder");

    assertThat(all()).containsExactly(new LogsOfTask(TASK, THEN, 5));
  }

  @Test
  void logs_that_cannot_be_read_are_told_of_and_the_others_shown() throws Exception {
    var closed = new TaskId("closed");
    write(closed, 1, "secret", THEN);
    write(TASK, 1, "12345", THEN);
    Set<PosixFilePermission> open = Files.getPosixFilePermissions(folder.ofTask(closed));
    Files.setPosixFilePermissions(folder.ofTask(closed), Set.of());
    try {
      assumeThat(Files.isReadable(folder.ofTask(closed))).as("root reads all").isFalse();

      assertThat(all()).containsExactly(new LogsOfTask(TASK, THEN, 5));
      assertThat(unreadable).containsExactly(closed);
    } finally {
      Files.setPosixFilePermissions(folder.ofTask(closed), open);
    }
  }

  @Test
  void who_is_interrupted_stops_at_once() throws Exception {
    write(TASK, 1, "12345", THEN);
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class).isThrownBy(this::all);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void removing_leaves_others_and_what_links_lead_to() throws IOException {
    write(TASK, 1, "gone", THEN);
    Path stays = write(new TaskId("task-2"), 1, "stays", THEN);
    Path elsewhere = Files.writeString(parent.resolve("elsewhere"), "stays");
    Files.createSymbolicLink(folder.ofAttempt(TASK, 1).resolve("link"), elsewhere);
    Files.createSymbolicLink(folder.ofTask(TASK).resolve("2"), parent);

    logs.remove(TASK);

    assertThat(folder.ofTask(TASK)).doesNotExist();
    assertThat(stays).hasContent("stays");
    assertThat(elsewhere).hasContent("stays");
  }
}
