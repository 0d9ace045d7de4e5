package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AttemptFolderTest {
  private static final int ROUNDS = 100;

  @TempDir Path temp;

  /** As a supervisor does that vouches for its end. */
  @Test
  void is_removed_under_one_who_still_writes_to_it() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < ROUNDS; round++) {
        var attempt = new AttemptFolder(temp.resolve("attempt-" + round));
        Files.createDirectories(attempt.root().resolve("some/folders"));
        var writes = new CountDownLatch(1);
        Future<?> writer = threads.submit(() -> write(attempt.journalFile(), writes));
        writes.await();

        try {
          attempt.remove();
        } finally {
          writer.cancel(true);
        }

        assertThat(temp).isEmptyDirectory();
      }
    }
  }

  private static Void write(Path journal, CountDownLatch writes) throws IOException {
    try {
      while (!Thread.interrupted()) {
        Files.writeString(journal, "safe\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        writes.countDown();
      }
    } catch (NoSuchFileException gone) {
      // it was removed
    }
    return null;
  }

  @Test
  void a_removal_that_was_interrupted_is_found_and_ended() throws IOException {
    var attempt = new AttemptFolder(temp.resolve("attempt-1"));
    Path left = temp.resolve("attempt-1.removed");
    Files.createDirectories(left.resolve("root"));
    Files.createDirectories(attempt.root());

    assertThat(AttemptFolder.of(left)).isEqualTo(attempt);
    assertThat(AttemptFolder.of(attempt.folder())).isEqualTo(attempt);
    attempt.remove();

    assertThat(temp).isEmptyDirectory();
  }
}
