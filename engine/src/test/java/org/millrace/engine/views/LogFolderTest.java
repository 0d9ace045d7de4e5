package org.millrace.engine.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.engine.views.LogFolder.Stream.STDERR;
import static org.millrace.engine.views.LogFolder.Stream.STDOUT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.TaskId;

final class LogFolderTest {
  private static final TaskId TASK = new TaskId("t-1");

  @TempDir Path temp;

  @Test
  void finds_a_stream_where_a_runtime_puts_it() throws IOException {
    var logs = new LogFolder(temp);
    Path file = logs.place(TASK, 2, 0, STDERR);
    Files.createDirectories(logs.ofAttempt(TASK, 2));
    Files.writeString(file, "oh");

    assertThat(file).isEqualTo(temp.resolve("t-1/2/0.stderr"));
    assertThat(logs.stream(TASK, 2, 0, STDERR)).contains(file);
    assertThat(logs.stream(TASK, 2, 0, STDOUT)).isEmpty();
    assertThat(logs.stream(TASK, 1, 0, STDERR)).isEmpty();
    assertThat(logs.stream(TASK, -1, -5, STDERR)).isEmpty();
  }

  @Test
  void takes_no_link_for_a_stream() throws IOException {
    var logs = new LogFolder(temp.resolve("logs"));
    Path secret = Files.writeString(temp.resolve("secret"), "s");
    Files.createDirectories(logs.ofAttempt(TASK, 1));
    Files.createSymbolicLink(logs.place(TASK, 1, 0, STDOUT), secret);

    assertThat(logs.stream(TASK, 1, 0, STDOUT)).isEmpty();
  }
}
