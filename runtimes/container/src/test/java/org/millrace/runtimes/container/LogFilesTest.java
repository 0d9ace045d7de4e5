package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.testkit.runtime.TestTask;

/** What a server finds in the engine's log of the time when it was away. */
class LogFilesTest {
  @TempDir Path temp;
  ContainerAttempt attempt;
  LogFiles files;

  @BeforeEach
  void makes() throws IOException {
    TestTask task = new TestTask(ContainerRuntime.NAME).runs("true");
    attempt =
        ContainerAttempt.of(task, new AttemptPlace(temp.resolve("place")), new LogFolder(temp), 64);
    files = new LogFiles(attempt, 0);
    files.make();
  }

  @Test
  void keeps_no_more_than_the_limit_whichever_way_it_comes() throws IOException {
    String tooLong = "0123456789".repeat(7);
    append(frame(Stream.STDOUT, tooLong), frame(Stream.STDOUT, "more"));
    assertThat(content(Stream.STDOUT)).isEqualTo(tooLong.substring(0, 64));

    assertThat(
            catchUp(
                frame(Stream.STDOUT, tooLong),
                frame(Stream.STDERR, tooLong),
                frame(Stream.STDERR, "x")))
        .isTrue();
    assertThat(content(Stream.STDOUT)).isEqualTo(tooLong.substring(0, 64));
    assertThat(content(Stream.STDERR)).isEqualTo(tooLong.substring(0, 64));
  }

  @Test
  void goes_on_where_the_own_stream_was_cut() throws IOException {
    append(frame(Stream.STDOUT, "one\ntw"), frame(Stream.STDERR, "e"));

    assertThat(
            catchUp(
                frame(Stream.STDOUT, "one\n"),
                frame(Stream.STDERR, "err"),
                frame(Stream.STDOUT, "two\nthree\n")))
        .isTrue();
    assertThat(content(Stream.STDOUT)).isEqualTo("one\ntwo\nthree\n");
    assertThat(content(Stream.STDERR)).isEqualTo("err");
  }

  @Test
  void changes_nothing_when_all_is_there() throws IOException {
    append(frame(Stream.STDOUT, "all of it, and more than the log has yet"));

    assertThat(catchUp(frame(Stream.STDOUT, "all of it"))).isTrue();
    assertThat(content(Stream.STDOUT)).isEqualTo("all of it, and more than the log has yet");
  }

  @Test
  void says_so_where_the_log_is_not_what_was_written() throws IOException {
    append(frame(Stream.STDOUT, bytes("61ff62")));

    assertThat(catchUp(frame(Stream.STDOUT, "a\uFFFDb\nrest"))).isFalse();
    assertThat(content(Stream.STDOUT)).isEqualTo("a\uFFFDb\nrest");
  }

  @Test
  void says_so_where_what_is_new_may_have_been_replaced() throws IOException {
    append(frame(Stream.STDOUT, "good "));

    assertThat(
            catchUp(
                frame(Stream.STDOUT, "good "),
                frame(Stream.STDOUT, bytes("ef")),
                frame(Stream.STDOUT, bytes("bfbd"))))
        .isFalse();
    assertThat(catchUp(frame(Stream.STDOUT, bytes("676f6f6420efbfbd"))))
        .isTrue(); // it is there now
  }

  @Test
  void other_signs_of_three_bytes_are_no_replacements() throws IOException {
    assertThat(catchUp(frame(Stream.STDOUT, "\uFFFC \uFFFE ﾽ 漢 ï¿ "))).isTrue();
  }

  @Test
  void frames_that_are_cut_are_told_from_an_end() {
    byte[] whole = frame(Stream.STDOUT, "abc");
    for (int length : new int[] {3, 8, 10}) {
      assertThatThrownBy(() -> read(new ByteArrayInputStream(whole, 0, length)))
          .as("of %s bytes", length)
          .isInstanceOf(EOFException.class);
    }
  }

  private void read(ByteArrayInputStream in) throws IOException {
    try (var sink = files.new Appending()) {
      Frames.read(in, sink);
    }
  }

  private void append(byte[]... frames) throws IOException {
    read(new ByteArrayInputStream(joined(frames)));
  }

  private boolean catchUp(byte[]... frames) throws IOException {
    try (var sink = files.new CatchingUp()) {
      Frames.read(new ByteArrayInputStream(joined(frames)), sink);
      return sink.isExact();
    }
  }

  private String content(Stream stream) throws IOException {
    return Files.readString(attempt.log(0, stream));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static byte[] frame(Stream stream, String text) {
    return frame(stream, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] frame(Stream stream, byte[] bytes) {
    return ByteBuffer.allocate(8 + bytes.length)
        .put((byte) (stream == Stream.STDERR ? 2 : 1))
        .put(new byte[3])
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static byte[] joined(byte[]... frames) {
    var all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }
}
