package org.millrace.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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

  @Test
  void before_anything_ran_there_are_none() throws IOException {
    assertThat(logs.all()).isEmpty();
    logs.remove(TASK);
  }

  @Test
  void all_attempts_count_together() throws IOException {
    write(TASK, 1, "12345", THEN);
    write(TASK, 2, "123", THEN.plusSeconds(9));

    assertThat(logs.all()).containsExactly(new LogsOfTask(TASK, THEN.plusSeconds(9), 8));
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
