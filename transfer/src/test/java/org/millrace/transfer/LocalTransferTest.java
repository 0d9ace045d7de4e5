package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.failure;
import static org.millrace.transfer.Fixtures.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer;
import org.millrace.engine.staging.Transfer.Direction;
import org.millrace.engine.staging.Transfer.Entry;
import org.millrace.engine.staging.Transfer.TransferFailed;

@Timeout(60)
final class LocalTransferTest {
  private final Fixtures.Kept kept = new Fixtures.Kept();
  private final Fixtures.Heard heard = new Fixtures.Heard();
  @TempDir Path dir;
  private Path readable;
  private Path writable;
  private Path outside;
  private LocalTransfer transfer;

  @BeforeEach
  void makeFolders() throws IOException {
    dir = dir.toRealPath();
    readable = Files.createDirectories(dir.resolve("in"));
    writable = Files.createDirectories(dir.resolve("out"));
    outside = Files.createDirectories(dir.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.writeString(readable.resolve("a.txt"), "text");
    transfer =
        new LocalTransfer(
            new LocalConfig(List.of(readable), List.of(writable)), List.of(), chance());
  }

  private static String url(Path path) {
    return "file://" + HttpUrl.encodeName(path.toString());
  }

  private void assertRefusedIn(Path path, String code) {
    TransferFailed failed = failure(() -> transfer.fetch(path.toString(), kept, heard));
    assertThat(failed).as("fetching %s", path).isNotNull();
    assertThat(failed.why().code()).isEqualTo(code);
    assertThat(failed.isPassing()).isFalse();
    assertThat(kept.opened).isZero();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "file://%s", "file://localhost%s", "FILE:%s", "file://LOCALHOST%s"})
  void a_file_is_named_by_path_or_url(String form) throws Exception {
    String url = form.formatted(readable.resolve("a.txt"));
    transfer.check("inputs[0].url", url, Direction.IN);
    transfer.fetch(url, kept, heard);
    assertThat(kept.text()).isEqualTo("text");
    assertThat(heard.files).containsExactly(url + " 4");
    assertThat(heard.moved).isEqualTo(4);
  }

  @Test
  void what_a_killed_server_left_is_replaced_and_never_listed() throws Exception {
    Path target = writable.resolve("result");
    var half = new CountDownLatch(1);
    Thread dying =
        Thread.ofVirtual()
            .start(() -> {
              try {
                transfer.store(stuck(half), target.toString(), Progress.NONE);
              } catch (TransferFailed | InterruptedException stopped) {
                assertThat(stopped).isNotNull();
              }
            });
    half.await();
    Path left = part();
    Path copy = Files.copy(left, dir.resolve("copy"));
    dying.interrupt();
    dying.join();
    Files.move(copy, left); // as if it had been killed

    var both = new LocalConfig(List.of(writable), List.of(writable));
    assertThat(new LocalTransfer(both, List.of(), chance()).list(writable.toString(), 10))
        .isEmpty();
    new LocalTransfer(both, List.of(), chance())
        .store(source("x", "whole"), target.toString(), Progress.NONE);

    assertThat(names(writable)).containsExactly("result");
    assertThat(target).hasContent("whole");
  }

  @Test
  void two_that_store_the_same_file_at_once_do_not_mix() throws Exception {
    Path target = writable.resolve("result");
    var half = new CountDownLatch(1);
    Thread first =
        Thread.ofVirtual()
            .start(() -> {
              try {
                transfer.store(stuck(half), target.toString(), Progress.NONE);
              } catch (TransferFailed | InterruptedException stopped) {
                assertThat(stopped).isNotNull();
              }
            });
    half.await();

    transfer.store(source("x", "whole"), target.toString(), Progress.NONE);
    assertThat(names(writable)).hasSize(2);
    first.interrupt();
    first.join();

    assertThat(names(writable)).containsExactly("result");
    assertThat(target).hasContent("whole");
  }

  private Path part() throws IOException {
    return writable.resolve(
        names(writable).stream().filter(name -> name.endsWith(".part")).findFirst().orElseThrow());
  }

  /** A file whose second half never comes. */
  private static Transfer.Source stuck(CountDownLatch half) {
    return new Transfer.Source() {
      @Override
      public String name() {
        return "stuck";
      }

      @Override
      public long size() {
        return 10;
      }

      @Override
      public InputStream open() {
        return new InputStream() {
          private boolean begun;

          @Override
          public int read() {
            throw new AssertionError("read in blocks");
          }

          @Override
          public int read(byte[] bytes, int from, int count) throws IOException {
            if (!begun) {
              begun = true;
              return 5;
            }
            half.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException stopped) {
              Thread.currentThread().interrupt();
              throw new java.io.InterruptedIOException("stopped");
            }
            return -1;
          }
        };
      }
    };
  }

  @Test
  void the_servers_own_folders_are_closed_whatever_root_they_are_below() throws Exception {
    Path data = Files.createDirectories(dir.resolve("out/millrace"));
    Files.writeString(data.resolve("secret.key"), "key");
    Files.writeString(writable.resolve("mine"), "mine");
    Path link = Files.createSymbolicLink(writable.resolve("link"), data);
    var both = new LocalConfig(List.of(dir), List.of(dir));
    LocalTransfer closing = new LocalTransfer(both, List.of(data), chance());

    for (Path own : List.of(data.resolve("secret.key"), data, link.resolve("secret.key"))) {
      for (Direction direction : Direction.values()) {
        assertThatExceptionOfType(Refusal.class)
            .isThrownBy(() -> closing.check("inputs[0].url", own.toString(), direction))
            .withMessageStartingWith("inputs[0].url: " + own + " belongs to the server itself")
            .satisfies(refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Denied.class));
      }
      TransferFailed read = failure(() -> closing.fetch(own.toString(), kept, heard));
      assertThat(read.why().code()).isEqualTo("input-denied");
      TransferFailed written =
          failure(() -> closing.store(source("x", "mine"), own.toString(), Progress.NONE));
      assertThat(written.why().code()).isEqualTo("output-denied");
    }
    assertThat(data.resolve("secret.key")).hasContent("key");
    assertThat(closing.list(writable.toString(), 10))
        .extracting(Entry::path)
        .containsExactly("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"b c.txt", "ü.txt", "100%.txt", "a#1?.txt", "a+b.txt", "%41.txt"})
  void any_name_can_be_moved_both_ways(String name) throws Exception {
    for (String folder :
        List.of(writable.toString(), url(writable), writable + "/", url(writable) + "/")) {
      String url = transfer.below(folder, "sub/" + name);
      transfer.store(source(name, "content"), url, Progress.NONE);
      assertThat(writable.resolve("sub").resolve(name)).hasContent("content");
      LocalTransfer back =
          new LocalTransfer(new LocalConfig(List.of(writable), List.of()), List.of(), chance());
      back.fetch(url, kept, heard);
      assertThat(kept.text()).isEqualTo("content");
      assertThat(back.list(folder, 10)).containsExactly(new Entry("sub/" + name, url));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data/a.txt              | absolute path
          file:data/a.txt         | absolute path
          file://other.host/a     | names a host
          file://me:hidden@host/a | names a host
          file://localhost        | absolute path
          file:///a%2             | hex digits
          file:///a%zz            | hex digits
          file:///a%00b           | NUL
          file:///a%ff            | UTF-8
          /a/../b                 | '..'
          /a/..                   | '..'
          file:///a/%2e%2e/b      | '..'
          file:///a/..%2fb        | '..'
          """)
  void what_names_no_local_file_is_refused_at_submission(String url, String reason) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> transfer.check("inputs[3].url", url, Direction.IN))
        .satisfies(refusal -> {
          assertThat(refusal.failure()).isInstanceOf(Failure.Invalid.class);
          assertThat(refusal)
              .hasMessageStartingWith("inputs[3].url: ")
              .hasMessageContaining(reason);
          assertThat(refusal).hasMessageNotContaining("hidden");
        });
    TransferFailed failed = failure(() -> transfer.fetch(url, kept, heard));
    assertThat(failed.why().code()).isEqualTo("url-malformed");
  }

  @Test
  void what_lies_outside_of_the_roots_is_denied_at_submission_and_later() throws Exception {
    Files.createSymbolicLink(readable.resolve("link"), outside);
    for (Path path :
        List.of(
            outside.resolve("secret"),
            outside.resolve("no-such-file"),
            Path.of("/etc/passwd"),
            Path.of("/"),
            dir.resolve("in-but-longer/a"),
            writable.resolve("a"),
            readable.resolve("link/secret"),
            readable.resolve("link/no-such-file"))) {
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> transfer.check("inputs[0].url", path.toString(), Direction.IN))
          .satisfies(refusal -> {
            assertThat(refusal.failure()).isInstanceOf(Failure.Denied.class);
            assertThat(refusal)
                .hasMessageStartingWith("inputs[0].url: ")
                .hasMessageContaining("transfer.local.read-roots");
          });
      assertRefusedIn(path, "input-denied");
      assertThat(failure(() -> transfer.list(path.toString(), 10)).why().code())
          .isEqualTo("input-denied");
    }
  }

  @Test
  void reading_and_writing_have_roots_of_their_own() {
    assertThatCode(() -> transfer.check("f", readable.resolve("new").toString(), Direction.IN))
        .doesNotThrowAnyException();
    assertThatCode(() -> transfer.check("f", writable.resolve("x/y/z").toString(), Direction.OUT))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> transfer.check("f", readable.resolve("new").toString(), Direction.OUT))
        .withMessageContaining("transfer.local.write-roots");
    TransferFailed failed =
        failure(
            () -> transfer.store(source("new", "x"), readable.resolve("new").toString(), heard));
    assertThat(failed.why().code()).isEqualTo("output-denied");
    assertThat(failed.why().byCaller()).isTrue();
    assertThat(readable.resolve("new")).doesNotExist();
  }

  @Test
  void a_root_that_is_not_there_is_called_missing_and_is_not_the_callers_fault() {
    Path missing = dir.resolve("not-made");
    var config = new LocalConfig(List.of(), List.of(missing));
    LocalTransfer one = new LocalTransfer(config, List.of(), chance());

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> one.check("f", missing.resolve("x").toString(), Direction.OUT))
        .withMessageContaining(
            "is below a root of transfer.local.write-roots that does not exist: make that folder");
    TransferFailed failed =
        failure(() -> one.store(source("new", "x"), missing.resolve("x").toString(), heard));
    assertThat(failed.why().byCaller()).isFalse();
  }

  @Test
  void a_root_that_is_no_folder_is_not_called_missing() throws IOException {
    Path file = Files.createFile(dir.resolve("root-file"));
    Path broken = Files.createSymbolicLink(dir.resolve("root-link"), dir.resolve("nowhere"));
    for (Path root : List.of(file, broken)) {
      var config = new LocalConfig(List.of(), List.of(root));
      LocalTransfer one = new LocalTransfer(config, List.of(), chance());

      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> one.check("f", root.resolve("x").toString(), Direction.OUT))
          .withMessageContaining(
              "is below a root of transfer.local.write-roots that is no folder, or that the"
                  + " server's user cannot reach: look at it");
    }
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void without_roots_everything_is_denied_and_the_key_is_named(Direction direction) {
    LocalTransfer closed = new LocalTransfer(LocalConfig.DEFAULT, List.of(), chance());
    String key =
        direction == Direction.IN ? "transfer.local.read-roots" : "transfer.local.write-roots";
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> closed.check("f", "/tmp/a", direction))
        .withMessageContaining("no folder of the server")
        .withMessageContaining(key);
  }

  @Test
  void links_that_stay_below_the_roots_are_followed() throws Exception {
    Files.createSymbolicLink(readable.resolve("link"), Path.of("a.txt"));
    transfer.fetch(readable.resolve("link").toString(), kept, heard);
    assertThat(kept.text()).isEqualTo("text");
    Path realRoot = Files.createDirectories(dir.resolve("real"));
    Files.writeString(realRoot.resolve("b.txt"), "b");
    Path linkedRoot = Files.createSymbolicLink(dir.resolve("linked"), realRoot);
    new LocalTransfer(new LocalConfig(List.of(linkedRoot), List.of()), List.of(), chance())
        .fetch(linkedRoot.resolve("b.txt").toString(), kept, heard);
    assertThat(kept.text()).isEqualTo("b");
  }

  @Test
  void a_link_to_nothing_outside_cannot_be_read_or_written_through() throws Exception {
    Files.createSymbolicLink(readable.resolve("dangling"), outside.resolve("new"));
    Files.createSymbolicLink(writable.resolve("dangling"), outside.resolve("new"));
    Files.createSymbolicLink(writable.resolve("folder"), outside.resolve("newfolder"));
    assertThat(failure(() -> transfer.fetch(readable.resolve("dangling").toString(), kept, heard)))
        .isNotNull();
    assertThat(
            failure(() ->
                transfer.store(source("f", "x"), writable.resolve("folder/f").toString(), heard)))
        .isNotNull();
    transfer.store(source("f", "x"), writable.resolve("dangling").toString(), heard);
    assertThat(writable.resolve("dangling")).isRegularFile().hasContent("x");
    assertThat(Files.isSymbolicLink(writable.resolve("dangling"))).isFalse();
    assertThat(names(outside)).containsExactly("secret");
  }

  @Test
  void a_folder_swapped_for_a_link_while_a_file_is_written_gains_nothing() throws Exception {
    Path folder = Files.createDirectories(writable.resolve("swap"));
    Path aside = writable.resolve("aside");
    Transfer.Source swapping =
        new Opening(
            source("f", "x"),
            () -> {
              Files.move(folder, aside);
              Files.createSymbolicLink(folder, outside);
            });
    transfer.store(swapping, folder.resolve("f").toString(), heard);
    assertThat(aside.resolve("f")).hasContent("x");
    assertThat(names(aside)).containsExactly("f");
    assertThat(names(outside)).containsExactly("secret");
  }

  @Test
  void pipes_sockets_and_folders_are_no_files() throws Exception {
    Path pipe = readable.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertRefusedIn(pipe, "input-not-a-file");
    assertRefusedIn(readable, "input-not-a-file");
    Files.createDirectories(readable.resolve("sub"));
    assertRefusedIn(readable.resolve("sub"), "input-not-a-file");
    assertRefusedIn(readable.resolve("a.txt/b"), "not-a-folder");
    assertRefusedIn(readable.resolve("absent/b"), "input-not-found");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(readable.resolve("socket")));
      assertRefusedIn(readable.resolve("socket"), "input-not-a-file");
      assertThat(transfer.list(readable.toString(), 10))
          .extracting(Entry::path)
          .containsExactly("a.txt");
    }
  }

  @Test
  void where_the_server_may_not_write_is_denied() throws Exception {
    Path closed = Files.createDirectories(dir.resolve("closed"));
    Files.setPosixFilePermissions(closed, Set.of());
    // root may write everywhere but into the kernel's own tree
    Path folder = Files.isWritable(closed) ? Path.of("/sys") : closed;
    LocalTransfer elsewhere =
        new LocalTransfer(new LocalConfig(List.of(), List.of(folder)), List.of(), chance());
    TransferFailed failed =
        failure(() -> elsewhere.store(source("f", "x"), folder.resolve("f").toString(), heard));
    assertThat(failed.why().code()).isEqualTo("output-denied");
    assertThat(failed.isPassing()).isFalse();
  }

  @Test
  void a_folder_is_listed_in_order_with_links_that_stay() throws Exception {
    Files.createDirectories(readable.resolve("sub/deep"));
    Files.createDirectories(readable.resolve("empty"));
    Files.writeString(readable.resolve("sub/b.txt"), "b");
    Files.writeString(readable.resolve("sub/deep/c.txt"), "c");
    Files.createSymbolicLink(readable.resolve("sub/link.txt"), Path.of("../a.txt"));
    Files.createSymbolicLink(readable.resolve("sub/again"), Path.of("deep"));
    Files.createSymbolicLink(readable.resolve("sub/up"), Path.of(".."));
    Files.createSymbolicLink(readable.resolve("sub/self"), Path.of("self"));
    Files.createSymbolicLink(readable.resolve("sub/dangling"), Path.of("nothing"));
    assertThat(transfer.list(readable.toString(), 100))
        .extracting(Entry::path)
        .containsExactly("a.txt", "sub/again/c.txt", "sub/b.txt", "sub/deep/c.txt", "sub/link.txt");
    for (Entry entry : transfer.list(url(readable) + "/", 100)) {
      transfer.fetch(entry.url(), kept, heard);
    }
    assertThat(transfer.list(readable.resolve("empty").toString(), 1)).isEmpty();
  }

  @Test
  void a_link_out_of_the_roots_fails_the_listing() throws Exception {
    Files.createSymbolicLink(readable.resolve("link"), outside);
    TransferFailed failed = failure(() -> transfer.list(readable.toString(), 100));
    assertThat(failed.why().code()).isEqualTo("input-denied");
    assertThat(failed).hasMessageContaining("'link'");
  }

  @Test
  void a_listing_is_bounded() throws Exception {
    Files.writeString(readable.resolve("b.txt"), "b");
    assertThat(transfer.list(readable.toString(), 2)).hasSize(2);
    assertThat(failure(() -> transfer.list(readable.toString(), 1)).why().code())
        .isEqualTo("folder-too-large");
    Files.createDirectories(readable.resolve("x/".repeat(70)));
    assertThat(failure(() -> transfer.list(readable.toString(), 2)).why().code())
        .isEqualTo("folder-too-large");
    assertThat(failure(() -> transfer.list(readable.resolve("a.txt").toString(), 2)).why().code())
        .isEqualTo("not-a-folder");
    assertThat(failure(() -> transfer.list(readable.resolve("absent").toString(), 2)).why().code())
        .isEqualTo("input-not-found");
  }

  @Test
  void a_file_is_stored_whole_or_not_at_all() throws Exception {
    Path folder = writable.resolve("deep/er");
    Path target = folder.resolve("f.txt");
    transfer.store(source("f.txt", "old"), target.toString(), heard);
    Transfer.Source breaking = new Breaking(1000);
    TransferFailed failed = failure(() -> transfer.store(breaking, target.toString(), heard));
    assertThat(failed.why().code()).isEqualTo("local-write-failed");
    assertThat(failed.isPassing()).isTrue();
    assertThat(target).hasContent("old");
    assertThat(names(folder)).containsExactly("f.txt");
    transfer.store(source("f.txt", "new"), target.toString(), heard);
    assertThat(target).hasContent("new");
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 5})
  void a_file_that_changes_while_it_is_stored_is_not_stored(long size) throws Exception {
    TransferFailed failed =
        failure(() ->
            transfer.store(
                new Sized(source("f", "text"), size), writable.resolve("f").toString(), heard));
    assertThat(failed.why().code()).isEqualTo("local-read-failed");
    assertThat(names(writable)).isEmpty();
  }

  @Test
  void a_folder_in_the_way_is_refused() throws Exception {
    Files.createDirectories(writable.resolve("folder"));
    for (Path target : List.of(writable, writable.resolve("folder"))) {
      TransferFailed failed =
          failure(() -> transfer.store(source("f", "x"), target.toString(), heard));
      assertThat(failed.why().code()).isEqualTo("output-refused");
      assertThat(failed.isPassing()).isFalse();
    }
    Files.writeString(writable.resolve("file"), "x");
    TransferFailed failed =
        failure(
            () -> transfer.store(source("f", "x"), writable.resolve("file/f").toString(), heard));
    assertThat(failed.why().code()).isEqualTo("output-refused");
    assertThat(names(writable)).containsExactly("file", "folder");
  }

  @Test
  void a_target_that_is_full_says_so() {
    TransferFailed failed =
        failure(() ->
            transfer.fetch(
                readable.resolve("a.txt").toString(),
                () -> {
                  throw new IOException("No space left on device");
                },
                heard));
    assertThat(failed.why().code()).isEqualTo("disk-full");
    assertThat(failed.isPassing()).isTrue();
  }

  @Test
  void interruption_stops_and_leaves_nothing() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    Transfer.Source endless = new Endless(reading);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() ->
                end.complete(
                    catchThrowableOfType(
                        Throwable.class,
                        () ->
                            transfer.store(
                                endless, writable.resolve("f").toString(), Progress.NONE))));
    reading.await();
    thread.interrupt();
    assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    assertThat(names(writable)).isEmpty();
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> transfer.fetch(readable.resolve("a.txt").toString(), kept, heard));
  }

  private interface Deed {
    void run() throws IOException;
  }

  /** Does something at the moment when it is opened. */
  private record Opening(Transfer.Source source, Deed deed) implements Transfer.Source {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public long size() {
      return source.size();
    }

    @Override
    public InputStream open() throws IOException {
      deed.run();
      return source.open();
    }
  }

  private record Sized(Transfer.Source source, long size) implements Transfer.Source {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public InputStream open() throws IOException {
      return source.open();
    }
  }

  private record Breaking(long size) implements Transfer.Source {
    @Override
    public String name() {
      return "breaking";
    }

    @Override
    public InputStream open() {
      return new InputStream() {
        private int left = 3;

        @Override
        public int read() {
          throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          if (left-- == 0) {
            throw new IOException("input/output error");
          }
          return 1;
        }
      };
    }
  }

  private record Endless(CountDownLatch reading) implements Transfer.Source {
    @Override
    public String name() {
      return "endless";
    }

    @Override
    public long size() {
      return Long.MAX_VALUE;
    }

    @Override
    public InputStream open() {
      return new InputStream() {
        @Override
        public int read() {
          throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
          reading.countDown();
          return 1;
        }
      };
    }
  }
}
