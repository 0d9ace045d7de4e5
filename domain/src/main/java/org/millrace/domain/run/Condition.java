package org.millrace.domain.run;

import java.util.List;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Values;
import org.millrace.domain.value.Value;

/**
 * When to go along an edge.
 *
 * @param of the value that it asks about: of the node that the edge leaves
 */
public record Condition(Reference.OfNode of, Test test) {
  /** What is asked. */
  public sealed interface Test {
    /** Whether it is one of these: numbers by what they are worth, all else by what it is. */
    record Among(List<Value> values) implements Test {
      public Among {
        values = List.copyOf(values);
      }
    }

    /** Whether it is none of these. */
    record NotAmong(List<Value> values) implements Test {
      public NotAmong {
        values = List.copyOf(values);
      }
    }

    /** Whether there is such a value at all. */
    record There(boolean wanted) implements Test {}

    record Below(Value.Numeral bound) implements Test {}

    record Above(Value.Numeral bound) implements Test {}
  }

  /**
   * Whether it holds.
   *
   * @throws MissingValue if there is no such value, or none of the wanted shape
   */
  public boolean holds(Values values) throws MissingValue {
    return switch (test) {
      case Test.Among(List<Value> wanted) -> isAmong(values.of(of), wanted);
      case Test.NotAmong(List<Value> unwanted) -> !isAmong(values.of(of), unwanted);
      case Test.There(boolean wanted) -> isThere(values) == wanted;
      case Test.Below(Value.Numeral bound) -> compared(values, bound) < 0;
      case Test.Above(Value.Numeral bound) -> compared(values, bound) > 0;
    };
  }

  private boolean isThere(Values values) {
    try {
      return !(values.of(of) instanceof Value.Nothing);
    } catch (MissingValue _) {
      return false;
    }
  }

  private static boolean isAmong(Value value, List<Value> wanted) {
    return wanted.stream().anyMatch(one -> areEqual(value, one));
  }

  private static boolean areEqual(Value one, Value other) {
    return (one instanceof Value.Numeral left && other instanceof Value.Numeral right)
        ? left.compareTo(right) == 0
        : one.equals(other);
  }

  private int compared(Values values, Value.Numeral bound) throws MissingValue {
    Value value = values.of(of);
    if (value instanceof Value.Numeral number) {
      return number.compareTo(bound);
    }
    throw new MissingValue(of, "it is " + value.kind() + ", where a number is wanted");
  }
}
