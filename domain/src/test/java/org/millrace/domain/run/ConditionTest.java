package org.millrace.domain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.run.Condition.Test.Above;
import org.millrace.domain.run.Condition.Test.Among;
import org.millrace.domain.run.Condition.Test.Below;
import org.millrace.domain.run.Condition.Test.NotAmong;
import org.millrace.domain.run.Condition.Test.There;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

final class ConditionTest {
  private static final Value LEFT =
      new Value.Fields(
          Map.of(
              "code", new Value.Numeral("0"),
              "word", new Value.Text("ok"),
              "digits", new Value.Text("0"),
              "none", Value.NOTHING));

  private static Stream<Arguments> table() {
    return Stream.of(
        Arguments.of("code", new Among(List.of(number("0"))), true),
        Arguments.of("code", new Among(List.of(number("0.00"))), true),
        Arguments.of("code", new Among(List.of(number("1"), number("2"))), false),
        Arguments.of("code", new Among(List.of(new Value.Text("0"))), false),
        Arguments.of("digits", new Among(List.of(number("0"))), false),
        Arguments.of("word", new Among(List.of(new Value.Text("ok"))), true),
        Arguments.of("word", new NotAmong(List.of(new Value.Text("ok"))), false),
        Arguments.of("word", new NotAmong(List.of(new Value.Text("no"))), true),
        Arguments.of("code", new Below(number("1")), true),
        Arguments.of("code", new Below(number("0.0")), false),
        Arguments.of("code", new Above(number("-1e3")), true),
        Arguments.of("word", new There(true), true),
        Arguments.of("none", new There(true), false),
        Arguments.of("absent", new There(true), false),
        Arguments.of("absent", new There(false), true));
  }

  @ParameterizedTest
  @MethodSource("table")
  void holds_or_not(String field, Condition.Test test, boolean holds) throws MissingValue {
    assertThat(on(field, test).holds(ConditionTest::value)).isEqualTo(holds);
  }

  @Test
  void what_is_missing_or_has_another_shape_cannot_be_asked() {
    assertThatThrownBy(() -> on("absent", new Among(List.of())).holds(ConditionTest::value))
        .isInstanceOf(MissingValue.class)
        .hasMessageContaining("${nodes.a.values.absent}");
    assertThatThrownBy(() -> on("word", new Below(number("1"))).holds(ConditionTest::value))
        .isInstanceOf(MissingValue.class)
        .hasMessageContaining("it is a text, where a number is wanted");
  }

  private static Value.Numeral number(String digits) {
    return new Value.Numeral(digits);
  }

  private static Condition on(String field, Condition.Test test) {
    var path = new ValuePath(List.of(new ValuePath.Step.Field(field)));
    return new Condition(new Reference.OfNode(new NodeKey("a"), path), test);
  }

  private static Value value(Reference reference) throws MissingValue {
    return switch (((Reference.OfNode) reference).path().in(LEFT)) {
      case ValuePath.Looked.Found(Value value) -> value;
      case ValuePath.Looked.Missing(String why) -> throw new MissingValue(reference, why);
    };
  }
}
