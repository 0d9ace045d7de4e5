package org.millrace.domain.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.value.Value;

/** Replaces references in texts, and in foreign data that holds texts. */
public final class Filler {
  private static final Value BLANK = new Value.Text("");

  private final Set<Root> roots;
  private final Values values;

  /**
   * Fills with these values.
   *
   * @param roots that references may begin with here
   */
  public Filler(Set<Root> roots, Values values) {
    this.roots = Set.copyOf(roots);
    this.values = values;
  }

  /** Something that is done with every text of a plan. */
  @FunctionalInterface
  public interface Pass {
    void over(Filler filler) throws BadReference, MissingValue;
  }

  /** The references that a pass meets, each once, in order. */
  public static Set<Reference> references(Set<Root> roots, Pass pass) throws BadReference {
    Set<Reference> met = new LinkedHashSet<>();
    var recorder =
        new Filler(
            roots,
            reference -> {
              met.add(reference);
              return BLANK;
            });
    try {
      pass.over(recorder);
    } catch (MissingValue never) {
      throw new AssertionError("a recorder has a value for everything", never);
    }
    return met;
  }

  /** What a text comes to. */
  public String text(String text) throws BadReference, MissingValue {
    return text.contains("${") ? Template.of(text, roots).filled(values) : text;
  }

  /** The same for a text that may be absent. */
  public Optional<String> text(Optional<String> text) throws BadReference, MissingValue {
    return text.isPresent() ? Optional.of(text(text.get())) : text;
  }

  /** The same for each. */
  public List<String> texts(List<String> texts) throws BadReference, MissingValue {
    List<String> filled = new ArrayList<>();
    for (String text : texts) {
      filled.add(text(text));
    }
    return filled;
  }

  /** The same for each value; names are left alone. */
  public Map<String, String> texts(Map<String, String> texts) throws BadReference, MissingValue {
    Map<String, String> filled = new LinkedHashMap<>();
    for (Map.Entry<String, String> text : texts.entrySet()) {
      filled.put(text.getKey(), text(text.getValue()));
    }
    return filled;
  }

  /**
   * What the texts in it come to. One that is a reference and nothing else stands for whatever is
   * there, text or not.
   */
  public Value value(Value value) throws BadReference, MissingValue {
    return switch (value) {
      case Value.Text(String text) when text.contains("${") -> templated(text);
      case Value.Items(List<Value> items) -> {
        List<Value> filled = new ArrayList<>();
        for (Value item : items) {
          filled.add(value(item));
        }
        yield new Value.Items(filled);
      }
      case Value.Fields(Map<String, Value> fields) -> {
        Map<String, Value> filled = new LinkedHashMap<>();
        for (Map.Entry<String, Value> field : fields.entrySet()) {
          filled.put(field.getKey(), value(field.getValue()));
        }
        yield new Value.Fields(filled);
      }
      case Value.Text _, Value.Numeral _, Value.Truth _, Value.Nothing _ -> value;
    };
  }

  private Value templated(String text) throws BadReference, MissingValue {
    Template template = Template.of(text, roots);
    Optional<Reference> only = template.onlyReference();
    return only.isPresent() ? values.of(only.get()) : new Value.Text(template.filled(values));
  }
}
