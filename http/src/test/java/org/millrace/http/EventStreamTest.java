package org.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
}
