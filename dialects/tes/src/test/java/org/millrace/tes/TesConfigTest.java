package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TimeLimits;

class TesConfigTest {

  @Test
  void the_usual_settings() {
    TesConfig usual = TesConfig.standard("1.2.3");
    assertThat(usual.serviceInfo().version()).isEqualTo("1.2.3");
    assertThat(usual.serviceInfo().typeVersion()).isEqualTo("1.1.0");
    assertThat(usual.showAllStates()).isFalse();
    assertThat(usual.retry()).isEqualTo(RetryPolicy.DEFAULT);
    assertThat(usual.timeLimits()).isEqualTo(TimeLimits.NONE);
    assertThat(usual.limits())
        .isEqualTo(
            new TesLimits(
                67_108_864, 16_777_216, 1000, 10_000, 10_000, 1000, 1000, 255, 4096, 4096));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 131072, 1, 0, 0, 0, 0, 1, 0, 0, body-bytes: at least 131072",
    "131072, 1000, 1, 0, 0, 0, 0, 1, 0, 0, 'content-bytes: at least 131072, says the standard'",
    "131072, 131072, 0, 0, 0, 0, 0, 1, 0, 0, executors: at least 1",
    "131072, 131072, 1, -1, 0, 0, 0, 1, 0, 0, inputs: not negative",
    "131072, 131072, 1, 0, -1, 0, 0, 1, 0, 0, outputs: not negative",
    "131072, 131072, 1, 0, 0, -1, 0, 1, 0, 0, volumes: not negative",
    "131072, 131072, 1, 0, 0, 0, -1, 1, 0, 0, tags: not negative",
    "131072, 131072, 1, 0, 0, 0, 0, 0, 0, 0, tag-key-characters: at least 1",
    "131072, 131072, 1, 0, 0, 0, 0, 1, -1, 0, tag-value-characters: not negative",
    "131072, 131072, 1, 0, 0, 0, 0, 1, 0, -1, name-characters: not negative"
  })
  void limits_that_make_no_sense_are_refused(
      long body,
      int content,
      int executors,
      int inputs,
      int outputs,
      int volumes,
      int tags,
      int key,
      int value,
      int name,
      String rule) {
    assertThatThrownBy(() ->
            new TesLimits(
                body, content, executors, inputs, outputs, volumes, tags, key, value, name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tes.limits." + rule);
  }
}
