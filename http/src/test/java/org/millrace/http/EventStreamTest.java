package org.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of server-sent events. */
final class EventStreamTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final EventStream events = new EventStream(out);

  private String sent() {
    return out.toString(UTF_8);
  }

  @Test
  void a_plain_message_has_data_alone() throws IOException {
    events.send("", "", "ü");

    assertThat(sent()).isEqualTo("data: ü\n\n");
  }

  @Test
  void every_kind_of_line_end_begins_a_line_of_data() throws IOException {
    events.send("1", "log", "a\nb\r\nc\rd");

    assertThat(sent()).isEqualTo("id: 1\nevent: log\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
  }

  @Test
  void no_data_is_still_an_event() throws IOException {
    events.send("1", "", "");

    assertThat(sent()).isEqualTo("id: 1\ndata: \n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\0b"})
  void an_id_or_kind_cannot_break_out_of_its_line(String text) {
    assertThatThrownBy(() -> events.send(text, "", "")).hasMessageContaining("id");
    assertThatThrownBy(() -> events.send("", text, "")).hasMessageContaining("event");
    assertThat(sent()).isEmpty();
  }

  @Test
  void after_its_end_nothing_is_written() throws IOException {
    events.send("1", "", "last");
    events.end();
    events.comment("still here");

    assertThat(sent()).isEqualTo("id: 1\ndata: last\n\n");
  }

  @Test
  void its_end_waits_for_what_is_being_written() throws Exception {
    var writing = new CountDownLatch(1);
    var mayGoOn = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    var slow = new EventStream(new Slow(writing, mayGoOn));
    Thread heartbeat = Thread.ofVirtual().start(() -> comment(slow));
    writing.await();
    Thread end =
        Thread.ofVirtual()
            .start(() -> {
              slow.end();
              ended.countDown();
            });
    assertThat(ended.await(50, TimeUnit.MILLISECONDS)).isFalse();
    mayGoOn.countDown();

    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    end.join();
    heartbeat.join();
  }

  private static void comment(EventStream stream) {
    try {
      stream.comment("still here");
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  /** A client that takes a while. */
  private static final class Slow extends OutputStream {
    private final CountDownLatch writing;
    private final CountDownLatch mayGoOn;

    Slow(CountDownLatch writing, CountDownLatch mayGoOn) {
      this.writing = writing;
      this.mayGoOn = mayGoOn;
    }

    @Override
    public void write(int one) throws IOException {
      writing.countDown();
      try {
        mayGoOn.await();
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
    }
  }
}
