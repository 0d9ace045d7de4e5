package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class FileThreadsTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  /** So many times that, for what is to be answered however busy the machine is. */
  private static final int LONG = 150;

  @TempDir Path dir;
  private final FileThreads threads = new FileThreads(SHORT);

  @Test
  void what_is_done_in_time_is_answered_off_the_callers_thread() throws Exception {
    Thread caller = Thread.currentThread();

    assertThat(threads.call(LONG, Thread::currentThread))
        .isNotSameAs(caller)
        .matches(it -> !it.isVirtual());
  }

  @Test
  void what_goes_wrong_goes_wrong_for_the_caller() {
    assertThatThrownBy(() ->
            threads.call(
                LONG,
                () -> {
                  throw new NoSuchFileException("x");
                }))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() ->
            threads.call(
                LONG,
                () -> {
                  throw Fault.forGood("code", "why", "");
                }))
        .isInstanceOf(Fault.class);
  }

  @Test
  void a_pipe_that_nobody_writes_to_holds_no_caller() throws Exception {
    Path pipe = dir.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    for (int i = 0; i < 4; i++) { // more than carriers, where two of them stopped the server
      assertThatThrownBy(() -> threads.call(1, () -> Files.newByteChannel(pipe)))
          .isInstanceOf(FileThreads.NoAnswer.class)
          .hasMessage("no answer within 0 s");
    }
    assertThat(threads.call(LONG, () -> "others go on")).isEqualTo("others go on");
    for (int i = 0; i < 4; i++) {
      Files.newByteChannel(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)
          .close(); // lets them go
    }
  }

  @Test
  void what_is_opened_too_late_is_closed() throws Exception {
    var come = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    AutoCloseable late = closed::countDown;

    assertThatThrownBy(() ->
            threads.call(
                1,
                () -> {
                  awaitWhateverHappens(come);
                  return late;
                }))
        .isInstanceOf(IOException.class);
    come.countDown();

    closed.await();
  }

  @Test
  void an_interrupted_caller_does_not_wait() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> threads.call(1, () -> "x")).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  /** As a native call does, which notices no interruption. */
  private static void awaitWhateverHappens(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
