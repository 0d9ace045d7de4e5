package org.millrace.domain.graph;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.value.Value;

/**
 * A text of a plan, with references to what is known later.
 *
 * <p>A reference is <code>$</code> and, in braces, the name of a root and a path. What a shell
 * reads as a variable ({@code ${HOME}}, {@code ${LIST[0]}}, {@code ${NAME:-none}}) is text like any
 * other; a name and a point after it are not, since no shell knows that. A dollar sign before it
 * makes a reference text. Immutable.
 */
public final class Template {
  private final List<Part> parts;

  /** A piece of it. */
  sealed interface Part {
    record Literal(String text) implements Part {}

    record Hole(Reference reference) implements Part {}
  }

  private Template(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads it; takes time in proportion to its length.
   *
   * @param roots that references may begin with here
   * @throws BadReference naming the place, counted in characters from 1, and what is wanted there
   */
  public static Template of(String text, Set<Root> roots) throws BadReference {
    return new Template(new TemplateReader(text, roots).parts());
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
   * Puts values in the places of references, and leaves out what kept others from being references.
   *
   * @throws MissingValue if a value is missing, or is no text, number or truth
   */
  public String filled(Values values) throws MissingValue {
    var text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(String words) -> text.append(words);
        case Part.Hole(Reference reference) -> text.append(inText(reference, values.of(reference)));
      }
    }
    return text.toString();
  }

  private static String inText(Reference reference, Value value) throws MissingValue {
    return switch (value) {
      case Value.Text(String text) -> text;
      case Value.Numeral(String digits) -> digits;
      case Value.Truth(boolean isTrue) -> String.valueOf(isTrue);
      case Value.Nothing _, Value.Items _, Value.Fields _ ->
          throw new MissingValue(
              reference, "it is " + value.kind() + ", where a text or a number is wanted");
    };
  }
}
