package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.staging.Tail;

final class FindingsReaderTest {
  @TempDir Path temp;

  @Test
  void a_tail_is_whole_characters() throws IOException {
    Path log = Files.writeString(temp.resolve("log"), "a\u00e9\u20ac");

    assertThat(Tail.of(log, 100)).isEqualTo("a\u00e9\u20ac");
    assertThat(Tail.of(log, 4)).isEqualTo("\u20ac");
    assertThat(Tail.of(temp.resolve("none"), 4)).isEmpty();
  }

  @Test
  void a_log_that_the_task_closed_has_an_empty_tail() throws Exception {
    Path log = Files.writeString(temp.resolve("log"), "said");
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("---------"));

    if (TaskUser.serverUid() == 0) {
      Files.setPosixFilePermissions(temp, OthersMay.ENTER_AND_LIST);
      assertThat(Unprivileged.run(temp, Tailing.class, log.toString())).isZero();
    } else {
      assertThat(Tail.of(log, 100)).isEmpty();
    }
  }

  /** Fails unless the file that its argument names has an empty tail. */
  static final class Tailing {
    private Tailing() {}

    public static void main(String[] arguments) {
      String tail = Tail.of(Path.of(arguments[0]), 100);
      System.exit(tail.isEmpty() ? 0 : 1);
    }
  }
}
