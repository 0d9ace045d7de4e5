package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;

/**
 * Which fields of an answer somebody wants: {@code X-Fields: _id,target{id}} ({@code
 * contracts/dane.md 1.4}). Braces around the whole are optional, {@code *} stands for all fields
 * that are not named, and names that an answer does not have are passed over.
 *
 * @param fields by name; empty: the whole of it
 */
record FieldMask(Map<String, Optional<FieldMask>> fields) {
  static final String HEADER = "X-Fields";
  private static final int MOST_NESTED = 16;

  /** Every field. */
  static final FieldMask ALL = new FieldMask(Map.of("*", Optional.empty()));

  /**
   * What a header means.
   *
   * @throws Refusal invalid: braces that do not close, or a name where none can stand
   */
  static FieldMask of(String header) {
    var reader = new Reader(header.strip());
    return reader.whole();
  }

  /** Whether a field is wanted. */
  boolean has(String name) {
    return fields.containsKey(name) || fields.containsKey("*");
  }

  /** What is wanted of a field; empty: the whole of it. */
  Optional<FieldMask> within(String name) {
    return fields.getOrDefault(name, Optional.empty());
  }

  /** What is left of an answer; of each item, if it is a list. */
  Value applyTo(Value value) {
    return switch (value) {
      case Value.Items(List<Value> items) ->
          new Value.Items(items.stream().map(this::applyTo).toList());
      case Value.Fields(Map<String, Value> all) -> new Value.Fields(applyTo(all));
      case Value.Text _, Value.Numeral _, Value.Truth _, Value.Nothing _ -> value;
    };
  }

  private Map<String, Value> applyTo(Map<String, Value> all) {
    Map<String, Value> left = new LinkedHashMap<>();
    all.forEach((name, value) -> {
      Optional<FieldMask> mask = fields.get(name);
      if (mask != null) {
        left.put(name, mask.map(inner -> inner.applyTo(value)).orElse(value));
      } else if (fields.containsKey("*")) {
        left.put(name, value);
      }
    });
    return left;
  }

  /** Reads a mask from left to right. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    FieldMask whole() {
      boolean braced = text.startsWith("{");
      if (braced) {
        at++;
      }
      FieldMask mask = fields(braced, 1);
      if (at < text.length()) {
        throw refused("a brace closes that was not opened");
      }
      return mask;
    }

    private FieldMask fields(boolean braced, int depth) {
      if (depth > MOST_NESTED) {
        throw refused("braces may be nested " + MOST_NESTED + " deep");
      }
      var fields = new LinkedHashMap<String, Optional<FieldMask>>();
      while (true) {
        String name = name();
        if (name.isEmpty()) {
          throw refused("a name is missing at character " + (at + 1));
        }
        fields.put(name, inner(depth));
        if (at == text.length()) {
          if (braced) {
            throw refused("a brace is not closed");
          }
          return new FieldMask(fields);
        }
        char next = text.charAt(at++);
        if (next == '}') {
          if (!braced) {
            throw refused("a brace closes that was not opened");
          }
          skipSpace();
          return new FieldMask(fields);
        }
        if (next != ',') {
          throw refused("a comma is missing at character " + at);
        }
      }
    }

    private Optional<FieldMask> inner(int depth) {
      if (at < text.length() && text.charAt(at) == '{') {
        at++;
        return Optional.of(fields(true, depth + 1));
      }
      return Optional.empty();
    }

    private String name() {
      int begin = at;
      while (at < text.length() && "{},".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(begin, at).strip();
    }

    private void skipSpace() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
    }

    private static Refusal refused(String why) {
      return Refusal.invalid(HEADER, why);
    }
  }
}
