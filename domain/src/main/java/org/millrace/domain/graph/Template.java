package org.millrace.domain.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath.Looked;

/**
 * A text of a plan, with references to values of earlier nodes.
 *
 * <p>A brace after one dollar sign begins a reference; after two it is a brace after one. A dollar
 * sign before anything else is itself. Immutable.
 */
public final class Template {
  private final List<Part> parts;

  /** A piece of it. */
  sealed interface Part {
    record Literal(String text) implements Part {}

    record Hole(Reference reference) implements Part {}
  }

  /** A text that holds what looks like a reference and is none. */
  public static final class BadReference extends Exception {
    private static final long serialVersionUID = 1L;

    BadReference(String message) {
      super(message, null, false, false);
    }
  }

  /** What came of filling it. */
  public sealed interface Filled {
    record Done(String text) implements Filled {}

    /** A value is missing or has another shape. */
    record Missing(Reference reference, String why) implements Filled {}
  }

  private Template(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads it; takes time in proportion to its length.
   *
   * @throws BadReference naming the place, counted in characters from 1, and what is wanted there
   */
  public static Template of(String text) throws BadReference {
    return new Template(new TemplateReader(text).parts());
  }

  /** All references, in order. */
  public Stream<Reference> references() {
    return parts.stream()
        .flatMap(part -> part instanceof Part.Hole(Reference to) ? Stream.of(to) : Stream.empty());
  }

  /** The one reference that it is, if it is nothing else: so it may stand for what is no text. */
  public Optional<Reference> onlyReference() {
    return parts.size() == 1 ? references().findFirst() : Optional.empty();
  }

  /**
   * Puts values in the places of references.
   *
   * @param lookUp what a reference leads to
   */
  public Filled filled(Function<Reference, Looked> lookUp) {
    var text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(String words) -> text.append(words);
        case Part.Hole(Reference reference) -> {
          switch (lookUp.apply(reference)) {
            case Looked.Missing(String why) -> {
              return new Filled.Missing(reference, why);
            }
            case Looked.Found(Value value) -> {
              Optional<String> words = inText(value);
              if (words.isEmpty()) {
                return new Filled.Missing(
                    reference, "it is " + value.kind() + ", where a text or a number is wanted");
              }
              text.append(words.get());
            }
          }
        }
      }
    }
    return new Filled.Done(text.toString());
  }

  private static Optional<String> inText(Value value) {
    return switch (value) {
      case Value.Text(String text) -> Optional.of(text);
      case Value.Numeral(String digits) -> Optional.of(digits);
      case Value.Truth(boolean isTrue) -> Optional.of(String.valueOf(isTrue));
      case Value.Nothing _, Value.Items _, Value.Fields _ -> Optional.empty();
    };
  }
}
