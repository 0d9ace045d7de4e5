package org.millrace.dane;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalInt;
import org.millrace.domain.value.Value;

/** Python's {@code int()} of what was read from JSON ({@code contracts/dane.md 2.2, 3.6}). */
public final class PythonInt {
  private static final int MOST_DIGITS = 4_300;

  private PythonInt() {}

  /**
   * The whole number that a value is taken for, between these bounds: a number without its
   * fraction, a text of digits with spaces around and single underscores within, 1 and 0 for true
   * and false. Empty if {@code int()} refuses the value.
   */
  public static OptionalInt clamped(Value value, int least, int most) {
    return switch (value) {
      case Value.Numeral(String digits) -> of(new BigDecimal(digits), least, most);
      case Value.Text(String text) -> of(PythonText.strip(text), least, most);
      case Value.Truth(boolean isTrue) ->
          of(isTrue ? BigDecimal.ONE : BigDecimal.ZERO, least, most);
      case Value.Nothing _, Value.Items _, Value.Fields _ -> OptionalInt.empty();
    };
  }

  private static OptionalInt of(String text, int least, int most) {
    if (text.length() > MOST_DIGITS || !isWhole(text)) {
      return OptionalInt.empty();
    }
    var digits = new StringBuilder(text.length());
    text.codePoints()
        .filter(point -> point != '_')
        .forEach(point ->
            digits.append(
                Character.isDigit(point)
                    ? String.valueOf(Character.digit(point, 10))
                    : Character.toString(point)));
    return of(new BigDecimal(new BigInteger(digits.toString())), least, most);
  }

  /**
   * A sign perhaps, digits, and single underscores between them. Not by a pattern: one that repeats
   * a group goes down a frame for each.
   */
  private static boolean isWhole(String text) {
    int from = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
    boolean afterDigit = false;
    for (int point : text.codePoints().skip(from).toArray()) {
      boolean digit = Character.isDigit(point);
      if (!digit && !(point == '_' && afterDigit)) {
        return false;
      }
      afterDigit = digit;
    }
    return afterDigit;
  }

  /** Compares before it counts digits: an exponent may be as long as it likes. */
  private static OptionalInt of(BigDecimal number, int least, int most) {
    if (number.compareTo(BigDecimal.valueOf(least)) <= 0) {
      return OptionalInt.of(least);
    }
    if (number.compareTo(BigDecimal.valueOf(most)) >= 0) {
      return OptionalInt.of(most);
    }
    return OptionalInt.of(
        number.abs().compareTo(BigDecimal.ONE) < 0 ? 0 : number.toBigInteger().intValueExact());
  }
}
