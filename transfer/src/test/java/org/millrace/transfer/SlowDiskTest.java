package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.failure;
import static org.millrace.transfer.Fixtures.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.attempt.Progress;

/** What is stored on a disk that takes its time to write what it was given. */
@Timeout(60)
final class SlowDiskTest {
  private static final Duration LONGEST_TO_OPEN = Duration.ofSeconds(5);

  @TempDir Path dir;
  private final CountDownLatch written = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Thread> finishing = new ArrayList<>();
  private LocalTransfer transfer;

  @BeforeEach
  void opens() throws Exception {
    dir = dir.toRealPath();
    transfer =
        new LocalTransfer(
            new LocalConfig(List.of(dir), List.of(dir)),
            List.of(),
            chance(),
            LONGEST_TO_OPEN,
            new FinishingThreads(this::slow));
  }

  @AfterEach
  void closes() {
    written.countDown();
    askers.close();
  }

  /** A thread whose disk writes nothing until it is told to. */
  private Thread slow(Runnable work) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .unstarted(() -> {
              begun.countDown();
              awaitAsTheKernelDoes();
              work.run();
            });
    synchronized (finishing) {
      finishing.add(thread);
    }
    return thread;
  }

  private void awaitAsTheKernelDoes() {
    try {
      written.await();
    } catch (InterruptedException told) {
      throw new AssertionError("who waits for a disk is not to be interrupted", told);
    }
  }

  private Callable<Void> storing(String text, String name) {
    return () -> {
      transfer.store(source(name, text), dir.resolve(name).toString(), Progress.NONE);
      return null;
    };
  }

  private List<String> names() throws Exception {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void a_disk_may_take_longer_to_write_a_file_than_to_open_one() throws Exception {
    Future<Void> stored = askers.submit(storing("large", "f"));

    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> stored.get(LONGEST_TO_OPEN.toSeconds() + 2, TimeUnit.SECONDS));
    written.countDown();
    stored.get();

    assertThat(dir.resolve("f")).hasContent("large");
    assertThat(names()).containsExactly("f");
  }

  @Test
  void files_that_wait_for_the_disk_keep_no_other_from_being_opened() throws Exception {
    Files.writeString(dir.resolve("in"), "text");
    List<Future<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) { // more than threads that open files
      waiting.add(askers.submit(storing("large", "f" + i)));
    }
    begun.await();

    var kept = new Fixtures.Kept();
    assertThat(failure(() -> transfer.fetch(dir.resolve("in").toString(), kept, Progress.NONE)))
        .isNull();
    written.countDown();
    for (Future<Void> each : waiting) {
      each.get();
    }
  }

  @Test
  void whoever_is_stopped_waits_for_no_disk_and_overwrites_nothing_later() throws Exception {
    Files.writeString(dir.resolve("f"), "stored by another meanwhile");
    var end = new ArrayList<Throwable>();
    Thread asker =
        Thread.ofVirtual()
            .start(() -> {
              try {
                storing("large", "f").call();
              } catch (Exception stopped) {
                end.add(stopped);
              }
            });
    begun.await();
    asker.interrupt();
    asker.join();
    written.countDown();
    synchronized (finishing) {
      for (Thread thread : finishing) {
        thread.join();
      }
    }

    assertThat(end).singleElement().isInstanceOf(InterruptedException.class);
    assertThat(dir.resolve("f")).hasContent("stored by another meanwhile");
    assertThat(names()).containsExactly("f");
  }

  @Test
  void what_the_disk_refuses_in_the_end_fails_the_one_who_stores() throws Exception {
    Future<Void> stored = askers.submit(storing("large", "folder"));
    begun.await();
    Files.createDirectories(dir.resolve("folder/in/the/way"));
    written.countDown();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(stored::get)
        .havingCause()
        .withMessageContaining("folder");
    assertThat(names()).containsExactly("folder");
  }
}
