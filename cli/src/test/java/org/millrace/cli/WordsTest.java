package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How quantities, events and the text of others are put. */
final class WordsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "99949, 99.9 kB",
    "99950, 100 kB",
    "999499, 999 kB",
    "999500, 1.0 MB",
    "12300000, 12.3 MB",
    "9223372036854775807, 9223 PB",
  })
  void bytes_have_three_digits_or_so(long bytes, String words) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "59, 59 s",
    "60, 1 min 0 s",
    "3599, 59 min 59 s",
    "3600, 1 h 0 min",
    "86399, 23 h 59 min",
    "90000, 1 d 1 h",
    "-5, 0 s",
  })
  void durations_have_two_units(long seconds, String words) {
    assertThat(Amounts.duration(Duration.ofSeconds(seconds))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({"0.04, 0.0 s", "1.25, 1.3 s", "9.94, 9.9 s", "9.96, 10 s", "61, 61 s"})
  void seconds_have_a_point_while_they_are_few(double seconds, String words) {
    assertThat(Amounts.seconds(seconds)).isEqualTo(words);
  }

  @Test
  void text_of_others_keeps_its_letters() {
    assertThat(Plain.line("première ✓ 你好 👩‍🔬")).isEqualTo("première ✓ 你好 👩‍🔬");
    assertThat(Plain.line("a\tb\r\nc")).isEqualTo("a b  c");
    assertThat(Plain.line("\u001b]0;x\u0007\u009b1m\u2028\u2067\ud800"))
        .isEqualTo("\ufffd]0;x\ufffd\ufffd1m\ufffd\ufffd\ufffd");
  }

  @Test
  void an_event_is_complete_at_an_empty_line() {
    var parser = new EventParser();

    assertThat(parser.take(": a comment")).isEmpty();
    assertThat(parser.take("")).isEmpty();
    assertThat(parser.take("id:7")).isEmpty();
    assertThat(parser.take("event: a kind")).isEmpty();
    assertThat(parser.take("data: one")).isEmpty();
    assertThat(parser.take("data:  two")).isEmpty();
    assertThat(parser.take("retry: 5")).isEmpty();
    assertThat(parser.take("")).isEqualTo(Optional.of(new ServerEvent("7", "a kind", "one\n two")));
    assertThat(parser.take("data")).isEmpty();
    assertThat(parser.take("")).isEqualTo(Optional.of(new ServerEvent("", "", "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "submitted        | QUEUED         |            | QUEUED submitted",
        "attempt_begun    | INITIALIZING   | sandbox    | INITIALIZING attempt 2 in sandbox",
        "put_back         | QUEUED         | no-room    | QUEUED put back: no-room",
        "started          | RUNNING        |            | RUNNING attempt 2",
        "handed_over      | RUNNING        |            | RUNNING attempt 2 handed over",
        "ended            | SYSTEM_ERROR   | lost       | SYSTEM_ERROR: lost",
        "ended            | COMPLETE       |            | COMPLETE",
        "retried          | QUEUED         | lost       | QUEUED attempt 2 failed: lost, tried"
            + " again",
        "cancel_requested | CANCELING      | ann        | CANCELING for ann",
        "canceled         | CANCELED       | cancelled  | CANCELED",
        "lease_ended      | RUNNING        |            | RUNNING attempt 2 left by its server,"
            + " goes on",
        "late             | COMPLETE       | Ended      | COMPLETE too late, changes nothing:"
            + " Ended",
        "of_the_future    | RUNNING        | something  | RUNNING of_the_future: something",
      })
  void every_kind_of_event_has_its_words(String kind, String state, String detail, String words)
      throws Exception {
    String json =
        "{\"kind\":\"%s\",\"state\":\"%s\",\"attempt\":2,\"detail\":\"%s\"}"
            .formatted(kind, state, detail == null ? "" : detail);

    assertThat(EventText.of(new JsonMapper().readTree(json), new Ink(false))).isEqualTo(words);
  }

  @Test
  void staging_of_unknown_size_has_no_bar() throws Exception {
    var staging =
        new JsonMapper().readTree("{\"file\":\"a\",\"files\":1,\"moved\":2000,\"rate\":1000}");

    assertThat(StagingText.bar(staging)).isEqualTo("file 1: a, 2.0 kB, 1.0 kB/s");
    assertThat(StagingText.isComplete(staging)).isFalse();
  }

  @Test
  void credentials_do_not_show_themselves() {
    assertThat(new Credentials("ann", "secret").toString()).doesNotContain("secret");
  }

  @Test
  void a_terminal_is_known_by_its_device() {
    for (String terminal : java.util.List.of("/dev/pts/0", "/dev/tty1", "/dev/console")) {
      assertThat(Screens.isTerminal(Path.of(terminal))).as(terminal).isTrue();
    }
    for (String other : java.util.List.of("/dev/null", "pipe:[1]", "/tmp/dev/pts/0", "/dev/pts")) {
      assertThat(Screens.isTerminal(Path.of(other))).as(other).isFalse();
    }
  }
}
