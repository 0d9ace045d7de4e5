package org.millrace.domain.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.value.Value;

/** What is put in is bounded, however small the graph that refers to it. */
class FillerTest {
  private static final String REFERENCE = "${nodes.a.values.result}";
  private static final Value MEGABYTE = new Value.Text("x".repeat(1 << 20));

  private static Filler filler(Value value, long most) {
    return new Filler(EnumSet.of(Root.NODES), reference -> value, most);
  }

  private static Value text(String text) {
    return new Value.Text(text);
  }

  private static Value nested(int levels) {
    Value value = text("x");
    for (int level = 0; level < levels; level++) {
      value =
          level % 2 == 0 ? new Value.Items(List.of(value)) : new Value.Fields(Map.of("f", value));
    }
    return value;
  }

  @Test
  void what_fits_is_put_in_again_and_again() throws Exception {
    var filler = filler(text("1234"), 10);

    assertThat(filler.text("<" + REFERENCE + REFERENCE + ">")).isEqualTo("<12341234>");
    assertThatThrownBy(() -> filler.text(REFERENCE))
        .isInstanceOf(MissingValue.class)
        .hasMessageContaining(REFERENCE);
  }

  @Test
  void all_that_is_put_into_one_piece_of_work_counts_together() throws Exception {
    var filler = filler(MEGABYTE, 4 << 20);
    Value three = new Value.Items(List.of(text(REFERENCE), text(REFERENCE), text(REFERENCE)));

    filler.value(three);

    assertThatThrownBy(() -> filler.value(text(REFERENCE)))
        .hasMessageEndingWith(
            "with it, what references come to here is larger than 4 Mi characters");
  }

  /** Each level holds the one before twice: small in memory, and two to the hundredth written. */
  @Test
  void what_is_shared_counts_each_time_and_is_not_walked_to_its_end() {
    Value doubled = text("x");
    for (int level = 0; level < 100; level++) {
      doubled = new Value.Items(List.of(doubled, doubled));
    }
    Value all = doubled;

    assertThatThrownBy(() -> filler(all, Filler.ROOM).value(text(REFERENCE)))
        .isInstanceOf(MissingValue.class);
  }

  @Test
  void what_is_filled_is_nested_so_deep_at_most() throws Exception {
    Value inList = new Value.Items(List.of(text(REFERENCE)));

    filler(nested(Filler.DEEPEST), Filler.ROOM).value(text(REFERENCE));
    filler(nested(Filler.DEEPEST - 1), Filler.ROOM).value(inList);

    assertThatThrownBy(() -> filler(nested(Filler.DEEPEST), Filler.ROOM).value(inList))
        .hasMessageEndingWith("with it, this is nested deeper than 200");
  }

  @Test
  void weight_is_about_what_is_written() {
    Value value =
        new Value.Fields(Map.of("name", new Value.Items(List.of(text("12"), Value.NOTHING))));

    assertThat(Weight.of(value)).isEqualTo(1 + 5 + 1 + 3 + 1);
    assertThat(
            Filler.weight(filler -> {
              filler.text("four");
              filler.value(value);
            }))
        .isEqualTo(5 + Weight.of(value));
  }
}
