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

/**
 * Replaces references in texts, and in foreign data that holds texts. What it puts in is bounded,
 * all of it together: values that refer to values twice would double each time. For one piece of
 * work and one thread.
 */
public sealed class Filler {
  /** The weight of all values that are put into one piece of work ({@link Weight}). */
  public static final long ROOM = 4 << 20;

  /** How deep what is filled may be nested, with what is put in. */
  public static final int DEEPEST = 200;

  private static final Value BLANK = new Value.Text("");

  private final Set<Root> roots;
  private final Values values;
  private final long most;
  private long room;

  /**
   * Fills with these values, {@link #ROOM} of them.
   *
   * @param roots that references may begin with here
   */
  public Filler(Set<Root> roots, Values values) {
    this(roots, values, ROOM);
  }

  /**
   * Fills with these values.
   *
   * @param most the weight of all that is put in
   */
  public Filler(Set<Root> roots, Values values, long most) {
    this.roots = Set.copyOf(roots);
    this.values = values;
    this.most = most;
    this.room = most;
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

  /** The weight of all texts and foreign data that a pass meets, as they are. */
  public static long weight(Pass pass) {
    var scale = new Scale();
    try {
      pass.over(scale);
    } catch (BadReference | MissingValue never) {
      throw new AssertionError("a scale reads no references", never);
    }
    return scale.weight;
  }

  /** Leaves everything as it is. */
  private static final class Scale extends Filler {
    private long weight;

    Scale() {
      super(Set.of(), reference -> BLANK);
    }

    @Override
    public String text(String text) {
      weight += text.length() + 1;
      return text;
    }

    @Override
    public Value value(Value value) {
      weight += Weight.of(value);
      return value;
    }
  }

  /** What a text comes to. */
  public String text(String text) throws BadReference, MissingValue {
    return text.contains("${") ? Template.of(text, roots).filled(this::of) : text;
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
   * What a reference comes to.
   *
   * @throws MissingValue also if there is no room for it
   */
  public Value of(Reference reference) throws MissingValue {
    return placed(reference, 0);
  }

  /**
   * What the texts in it come to. One that is a reference and nothing else stands for whatever is
   * there, text or not.
   */
  public Value value(Value value) throws BadReference, MissingValue {
    return value(value, 0);
  }

  private Value value(Value value, int depth) throws BadReference, MissingValue {
    return switch (value) {
      case Value.Text(String text) when text.contains("${") -> templated(text, depth);
      case Value.Items(List<Value> items) -> {
        List<Value> filled = new ArrayList<>();
        for (Value item : items) {
          filled.add(value(item, depth + 1));
        }
        yield new Value.Items(filled);
      }
      case Value.Fields(Map<String, Value> fields) -> {
        Map<String, Value> filled = new LinkedHashMap<>();
        for (Map.Entry<String, Value> field : fields.entrySet()) {
          filled.put(field.getKey(), value(field.getValue(), depth + 1));
        }
        yield new Value.Fields(filled);
      }
      case Value.Text _, Value.Numeral _, Value.Truth _, Value.Nothing _ -> value;
    };
  }

  private Value templated(String text, int depth) throws BadReference, MissingValue {
    Template template = Template.of(text, roots);
    Optional<Reference> only = template.onlyReference();
    return only.isPresent() ? placed(only.get(), depth) : new Value.Text(template.filled(this::of));
  }

  private Value placed(Reference reference, int depth) throws MissingValue {
    Value value = values.of(reference);
    long left = Weight.left(room, value, DEEPEST - depth);
    if (left < 0) {
      throw new MissingValue(
          reference,
          left == Weight.TOO_DEEP
              ? "with it, this is nested deeper than " + DEEPEST
              : "with it, what references come to here is larger than "
                  + (most >> 20)
                  + " Mi characters");
    }
    room = left;
    return value;
  }
}
