package org.millrace.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.domain.failure.Refusal;

/**
 * The parameters of a request's query, decoded, in order. The typed readers take an empty value for
 * an absent one and refuse, naming the parameter, what they cannot read.
 */
public final class Query {
  private final Map<String, List<String>> values;

  Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /** All values of a repeated parameter. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** The first value; may be empty text. */
  public Optional<String> one(String name) {
    return all(name).stream().findFirst();
  }

  /** The names that were sent. */
  public Set<String> names() {
    return values.keySet();
  }

  /**
   * A whole number between the bounds, both included.
   *
   * @throws Refusal invalid: not a number, or out of range
   */
  public long number(String name, long absent, long least, long most) {
    Optional<String> text = given(name);
    if (text.isEmpty()) {
      return absent;
    }
    long number = parse(name, text.get());
    if (number < least || number > most) {
      throw Refusal.invalid(name, "must be between " + least + " and " + most);
    }
    return number;
  }

  private static long parse(String name, String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException _) {
      throw Refusal.invalid(name, "'" + shortened(text) + "' is not a whole number");
    }
  }

  /**
   * One of the constants of an enum, by its name in any case.
   *
   * @throws Refusal invalid: none of them
   */
  public <E extends Enum<E>> E choice(String name, E absent) {
    return choice(name, absent.getDeclaringClass()).orElse(absent);
  }

  /** The same without a default. */
  public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
    return given(name).map(text -> constant(name, text, type));
  }

  private static <E extends Enum<E>> E constant(String name, String text, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text.toUpperCase(Locale.ROOT))) {
        return constant;
      }
    }
    String known =
        Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
    throw Refusal.invalid(name, "'" + shortened(text) + "' is none of " + known);
  }

  /**
   * {@code true} or {@code false}, {@code 1} or {@code 0}; a name without a value means true.
   *
   * @throws Refusal invalid: none of them
   */
  public boolean flag(String name) {
    return switch (one(name).map(text -> text.toLowerCase(Locale.ROOT)).orElse("false")) {
      case "", "1", "true", "yes" -> true;
      case "0", "false", "no" -> false;
      default -> throw Refusal.invalid(name, "must be true or false");
    };
  }

  private Optional<String> given(String name) {
    return one(name).filter(text -> !text.isEmpty());
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
