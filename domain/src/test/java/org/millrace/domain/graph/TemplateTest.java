package org.millrace.domain.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Step;

final class TemplateTest {
  private static final Value VALUES =
      new Value.Fields(
          Map.of(
              "file", new Value.Text("a/b"),
              "code", new Value.Numeral("10000000000000000000"),
              "ok", new Value.Truth(true),
              "nothing", Value.NOTHING,
              "list", new Value.Items(List.of(new Value.Text("first")))));

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "'', ''",
    "${nodes.cut.values.file}, a/b",
    "--in=${nodes.cut.values.file} -n ${nodes.cut.values.code}, --in=a/b -n 10000000000000000000",
    "${nodes.cut.values.list[0]}${nodes.cut.values.ok}, firsttrue",
    "${nodes[\"cut\"].values[\"file\"]}, a/b",
    "cost: 5$ $HOME, cost: 5$ $HOME",
    "$${nodes.cut.values.file}, ${nodes.cut.values.file}",
  })
  void is_filled_with_what_nodes_left(String text, String filled) throws Exception {
    assertThat(template(text).filled(TemplateTest::value)).isEqualTo(filled);
  }

  @ParameterizedTest
  @CsvSource({
    "none, it has no field 'none'",
    "nothing, 'it is null, where a text or a number is wanted'",
    "list, 'it is a list, where a text or a number is wanted'",
    "file.x, 'its .file is a text, which has no fields'"
  })
  void says_which_reference_cannot_be_filled_and_why(String path, String why) throws Exception {
    Template template = template("a ${nodes.cut.values." + path + "}");

    assertThatThrownBy(() -> template.filled(TemplateTest::value))
        .isInstanceOf(MissingValue.class)
        .hasMessage("${nodes.cut.values." + path + "}: " + why);
  }

  @ParameterizedTest
  @CsvSource({
    "ab${node.x}, at character 3: 'node' is nothing to refer to here; there are nodes",
    "${item.x}, at character 1: 'item' is nothing to refer to here; there are nodes",
    "'${nodes.a.value}', at character 10: '.values' is wanted",
    "${nodes[0].values}, at character 8: the name of a node is wanted",
    "${nodes.a.values, at character 17: '.name'",
    "${nodes.a.values.}, at character 18: a name of letters",
    "${nodes.a.values[x]}, at character 18: a number of at most 9 digits",
    "${nodes.a.values[1234567890]}, at character 18: a number of at most 9 digits",
    "${nodes.a.values[1}, at character 19: ']' is wanted",
    "${nodes[\"a, at character 10: the name has no end",
    "${nodes[\"\"].values}, at character 8: the name of a node has 1 to 200 characters",
  })
  void what_looks_like_a_reference_and_is_none_is_refused_with_its_place(String text, String why) {
    assertThatThrownBy(() -> template(text))
        .isInstanceOf(BadReference.class)
        .hasMessageStartingWith(why)
        .hasMessageContaining("$${ stands for ${");
  }

  @Test
  void steps_have_a_key_of_their_own_and_nothing_else() throws BadReference {
    assertThat(Template.of("a${step.key}", Set.of(Root.STEPS)).references())
        .containsExactly(new Reference.OfKey())
        .hasToString("[${step.key}]");
    assertThat(Template.of("${step} ${step:-1}", Set.of(Root.STEPS)).references()).isEmpty();
    assertThatThrownBy(() -> Template.of("${step.name}", Set.of(Root.STEPS)))
        .isInstanceOf(BadReference.class)
        .hasMessageStartingWith("at character 7: '.key}' is wanted");
    assertThatThrownBy(() -> template("${step.key}"))
        .isInstanceOf(BadReference.class)
        .hasMessageContaining("'step' is nothing to refer to here");
  }

  @Test
  void only_a_reference_alone_may_stand_for_what_is_no_text() throws BadReference {
    assertThat(template("${nodes.a.values.list}").onlyReference()).isPresent();
    assertThat(template("${nodes.a.values.list} ").onlyReference()).isEmpty();
    assertThat(template("list").onlyReference()).isEmpty();
    assertThat(
            template("${nodes.a.values.x}${nodes.b.values}").references().map(Reference::toString))
        .containsExactly("${nodes.a.values.x}", "${nodes.b.values}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "1", "a.b", "with \"quotes\"", "back\\slash", "}", "\u00fc"})
  void a_reference_is_read_as_it_is_written(String key) throws BadReference {
    var reference =
        new Reference.OfNode(
            new NodeKey(key), new ValuePath(List.of(new Step.Field(key), new Step.Item(7))));

    assertThat(template(reference.toString()).onlyReference()).contains(reference);
  }

  @Test
  void a_long_text_is_read_once() throws BadReference {
    String many =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "${nodes.n" + i + ".values}")
            .collect(Collectors.joining(","));

    assertThat(template(many).references()).hasSize(100_000);
  }

  private static Template template(String text) throws BadReference {
    return Template.of(text, Set.of(Root.NODES));
  }

  private static Value value(Reference reference) throws MissingValue {
    return switch (((Reference.OfNode) reference).path().in(VALUES)) {
      case ValuePath.Looked.Found(Value value) -> value;
      case ValuePath.Looked.Missing(String why) -> throw new MissingValue(reference, why);
    };
  }
}
