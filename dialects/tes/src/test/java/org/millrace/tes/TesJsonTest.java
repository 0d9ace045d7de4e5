package org.millrace.tes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TesJsonTest {
  private final TesJson json = new TesJson(TesLimits.DEFAULT);

  @Test
  void a_list_that_breaks_off_does_not_look_whole() {
    var out = new ByteArrayOutputStream();
    var tasks =
        Stream.of("one", "two")
            .map(id -> {
              if (id.equals("two")) {
                throw new IllegalStateException("the store is gone");
              }
              return TesTask.minimal(id, TesState.QUEUED);
            });

    assertThatThrownBy(() -> json.writeList(out, tasks.iterator(), Optional.empty()))
        .hasMessage("the store is gone");
    assertThat(out.toString(UTF_8)).contains("\"one\"");
    assertThatThrownBy(() -> new JsonMapper().readTree(out.toByteArray()))
        .isInstanceOf(JsonProcessingException.class);
  }
}
