package org.millrace.tes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TesJsonTest {
  private static final Optional<String> NO_MORE = Optional.empty();
  private final TesJson json = new TesJson(TesLimits.DEFAULT);

  @Test
  void a_list_that_breaks_off_does_not_look_whole() throws IOException {
    var out = new ByteArrayOutputStream();
    ListBody list = json.list(tasksUntilTheStoreIsGone("one".repeat(1 << 20)), NO_MORE);
    assertThat(list.whole()).isEmpty();
    assertThatThrownBy(() -> list.writeTo(out)).hasMessage("the store is gone");
    assertThat(out.toString(UTF_8)).contains("one");
    assertThatThrownBy(() -> new JsonMapper().readTree(out.toByteArray()))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void a_short_list_that_breaks_off_is_an_error_in_order() throws IOException {
    ListBody list = json.list(tasksUntilTheStoreIsGone("one"), NO_MORE);
    assertThatThrownBy(list::whole).hasMessage("the store is gone");
  }

  private static Iterator<TesTask> tasksUntilTheStoreIsGone(String first) {
    return Stream.of(first, "next", "two")
        .map(id -> {
          if (id.equals("two")) {
            throw new IllegalStateException("the store is gone");
          }
          return TesTask.minimal(id, TesState.QUEUED);
        })
        .iterator();
  }
}
