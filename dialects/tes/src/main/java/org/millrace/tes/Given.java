package org.millrace.tes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Refusal;

/**
 * Checks of single values that a request gave, or did not give; the field is named in every
 * refusal.
 *
 * <p>Contract: what passes can be stored, shown and handed to a program exactly as it came: valid
 * Unicode, and without NUL, which ends a text early wherever C reads it.
 */
final class Given {
  /** What is said of a field that is missing. */
  static final String REQUIRED = "is required";

  private Given() {}

  /** What must be there. */
  static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw Refusal.invalid(field, REQUIRED);
    }
    return value;
  }

  /** Text that must be there and say something. */
  static String requiredText(String field, @Nullable String value) {
    String text = text(field, required(field, value));
    if (text.isBlank()) {
      throw Refusal.invalid(field, "must not be empty");
    }
    return text;
  }

  /** Text that may be absent. */
  static Optional<String> optionalText(String field, @Nullable String value) {
    return value == null ? Optional.empty() : Optional.of(text(field, value));
  }

  /** Text that may be absent, for which empty text means the same. */
  static Optional<String> nonEmptyText(String field, @Nullable String value) {
    return optionalText(field, value).filter(text -> !text.isEmpty());
  }

  /** Text that can be kept as it is. */
  static String text(String field, String value) {
    if (value.indexOf('\0') >= 0) {
      throw Refusal.invalid(field, "must not hold the character NUL");
    }
    return unicode(field, value);
  }

  /** The same; may hold NUL. */
  static String unicode(String field, String value) {
    if (!Unicode.isValid(value)) {
      throw Refusal.invalid(field, "is no valid Unicode text: half of a surrogate pair");
    }
    return value;
  }

  /** A URL as the caller wrote it; schemes are judged by the engine, which knows what it speaks. */
  static String url(String field, String value) {
    String url = text(field, value);
    if (url.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.invalid(field, "must not hold control characters");
    }
    return url;
  }

  /**
   * A list that may be absent, bounded, element by element; each is handed over with the name it
   * has in messages: {@code inputs[3]}.
   */
  static <T, R> List<R> each(
      String field, @Nullable List<@Nullable T> given, int most, BiFunction<String, T, R> element) {
    if (given == null) {
      return List.of();
    }
    atMost(field, given.size(), most);
    var results = new ArrayList<R>(given.size());
    for (int i = 0; i < given.size(); i++) {
      String at = field + "[" + i + "]";
      results.add(element.apply(at, required(at, given.get(i))));
    }
    return results;
  }

  static void atMost(String field, int size, int most) {
    if (size > most) {
      throw Refusal.invalid(field, "at most " + most + " are allowed, not " + size);
    }
  }

  static void shortEnough(String field, String value, int most) {
    if (value.length() > most) {
      throw Refusal.invalid(
          field, "at most " + most + " characters are allowed, not " + value.length());
    }
  }
}
