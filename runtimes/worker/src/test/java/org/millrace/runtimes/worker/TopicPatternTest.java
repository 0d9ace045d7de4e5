package org.millrace.runtimes.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPatternTest {

  @ParameterizedTest
  @CsvSource({
    "#.ASR, Video.ASR, true",
    "#.ASR, ASR, true",
    "#.ASR, Video.A.ASR, true",
    "#.ASR, Video.ASRX, false",
    "*.ASR, Video.ASR, true",
    "*.ASR, ASR, false",
    "*.ASR, a.b.ASR, false",
    "Video.*, Video.ASR, true",
    "Video.*, Sound.ASR, false",
    "Video.ASR, Video.ASR, true",
    "Video.ASR, video.ASR, false",
    "#, anything.at.all, true",
    "#.#.B, A.B, true",
    "A.#.B, A.B, true",
    "A.#.B, A.x.y.B, true",
    "A.#.B, A.x.y.C, false",
    "#.ASR, #.ASR, true", // the original's request generator publishes the binding key itself
    "*, '', false",
    "#, '', true",
    "a..b, a..b, true",
    "a.*.b, a..b, true",
  })
  void matches_as_a_topic_exchange_does(String key, String route, boolean matches) {
    assertThat(TopicPattern.of(key).matches(route)).isEqualTo(matches);
  }

  @Test
  void many_wild_words_cost_no_more_than_their_number() {
    String key = "#.a.".repeat(500) + "b";
    String route = "a.".repeat(1000) + "c";

    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertThat(TopicPattern.of(key).matches(route)).isFalse());
  }
}
