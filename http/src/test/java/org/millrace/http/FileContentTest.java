package org.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileContentTest {
  @TempDir private Path dir;

  @Test
  void any_part_of_a_large_file_is_copied_exactly() throws Exception {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    FileContent content = FileContent.of(Files.write(dir.resolve("file"), bytes));
    var out = new ByteArrayOutputStream();
    content.copy(1000, 200_000, out);

    assertThat(content.size()).isEqualTo(300_000);
    assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 1000, 201_000));
  }

  @Test
  void what_is_appended_later_is_not_sent() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "before");
    FileContent content = FileContent.of(file);
    Files.writeString(file, "before and after");
    var out = new ByteArrayOutputStream();
    content.copy(0, content.size(), out);

    assertThat(out.toString(UTF_8)).isEqualTo("before");
  }

  @Test
  void a_file_that_became_shorter_is_said_so() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "before");
    FileContent content = FileContent.of(file);
    Files.writeString(file, "b");

    assertThatThrownBy(() -> content.copy(0, 6, new ByteArrayOutputStream()))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void an_interrupt_is_an_interrupt() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "before");
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> FilePiece.copy(file, 0, 6, new ByteArrayOutputStream()))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
