package org.millrace.domain.graph;

import java.util.List;
import java.util.Map;
import org.millrace.domain.value.Value;

/**
 * How much a value weighs where it is written down: the characters of its texts and names, and one
 * for each of its parts. Parts that are shared weigh each time they are met.
 */
public final class Weight {
  /** No room is left for it. */
  public static final long TOO_HEAVY = -1;

  /** It is nested deeper than is allowed. */
  public static final long TOO_DEEP = -2;

  private Weight() {}

  /**
   * What is left of this room with the value in it, or {@link #TOO_HEAVY} or {@link #TOO_DEEP}.
   * Takes time in proportion to the room at most.
   *
   * @param deepest levels of lists and maps in each other
   */
  public static long left(long room, Value value, int deepest) {
    return switch (value) {
      case Value.Text(String text) -> spent(room, text.length());
      case Value.Numeral(String digits) -> spent(room, digits.length());
      case Value.Truth _, Value.Nothing _ -> spent(room, 0);
      case Value.Items _, Value.Fields _ when deepest < 1 -> TOO_DEEP;
      case Value.Items(List<Value> items) -> {
        long left = spent(room, 0);
        for (Value item : items) {
          if (left < 0) {
            yield left;
          }
          left = left(left, item, deepest - 1);
        }
        yield left;
      }
      case Value.Fields(Map<String, Value> fields) -> {
        long left = spent(room, 0);
        for (Map.Entry<String, Value> field : fields.entrySet()) {
          if (left < 0) {
            yield left;
          }
          left = spent(left, field.getKey().length());
          left = left < 0 ? left : left(left, field.getValue(), deepest - 1);
        }
        yield left;
      }
    };
  }

  /** The weight of a value that is known to be no larger than memory. */
  public static long of(Value value) {
    return Long.MAX_VALUE - left(Long.MAX_VALUE, value, Integer.MAX_VALUE);
  }

  private static long spent(long room, int characters) {
    long left = room - characters - 1;
    return left < 0 ? TOO_HEAVY : left;
  }
}
