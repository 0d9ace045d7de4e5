package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class PatientReadTest {
  @TempDir Path temp;

  @Test
  void what_does_not_exist_is_empty_at_once() {
    assertThat(PatientRead.bytes(temp.resolve("none"), 10)).isEmpty();
  }

  @Test
  void what_the_kernel_does_not_tell_of_a_process_is_empty_at_once() {
    assertThat(PatientRead.ofProcess(temp.resolve("none"), 10)).isEmpty();
    assertThat(PatientRead.ofProcess(Path.of("/proc/self/stat"), 10)).isPresent();
  }

  @Test
  void reads_no_more_than_the_first_bytes() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "0123456789");

    assertThat(PatientRead.bytes(file, 4)).map(String::new).contains("0123");
  }

  @Test
  void what_cannot_be_read_is_read_again() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("folder")); // is there, and no file
    Path mark = Files.createSymbolicLink(temp.resolve("mark"), folder);
    CompletableFuture<Optional<byte[]>> read =
        CompletableFuture.supplyAsync(() -> PatientRead.bytes(mark, 10));
    Path whole = Files.writeString(temp.resolve("whole"), "whole");
    Path better = Files.createSymbolicLink(temp.resolve("better"), whole);
    Files.move(better, mark, StandardCopyOption.ATOMIC_MOVE);

    assertThat(read.get().map(String::new)).contains("whole");
  }

  @Test
  void whoever_is_interrupted_does_not_wait() throws Exception {
    Path file = Files.createDirectory(temp.resolve("mark"));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> PatientRead.bytes(file, 10))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("mark");
    assertThat(Thread.interrupted()).isTrue();
  }
}
