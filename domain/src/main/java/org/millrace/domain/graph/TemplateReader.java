package org.millrace.domain.graph;

import java.util.ArrayList;
import java.util.List;
import org.millrace.domain.graph.Template.BadReference;
import org.millrace.domain.graph.Template.Part;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Step;

/** Reads a {@link Template} from left to right, once. */
final class TemplateReader {
  private static final int MOST_DIGITS = 9;

  private final String text;
  private final List<Part> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private int at;

  TemplateReader(String text) {
    this.text = text;
  }

  List<Part> parts() throws BadReference {
    while (at < text.length()) {
      if (skips("$${")) {
        literal.append("${");
      } else if (skips("${")) {
        Reference reference = reference();
        endLiteral();
        parts.add(new Part.Hole(reference));
      } else {
        literal.append(text.charAt(at++));
      }
    }
    endLiteral();
    return parts;
  }

  private void endLiteral() {
    if (!literal.isEmpty()) {
      parts.add(new Part.Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private Reference reference() throws BadReference {
    wants("nodes");
    NodeKey node = node();
    wants(".values");
    List<Step> steps = new ArrayList<>();
    while (!skips("}")) {
      steps.add(step());
    }
    return new Reference(node, new ValuePath(steps));
  }

  private NodeKey node() throws BadReference {
    int begin = at;
    if (step() instanceof Step.Field(String name)) {
      try {
        return new NodeKey(name);
      } catch (IllegalArgumentException unfit) {
        throw wrong(begin, String.valueOf(unfit.getMessage()));
      }
    }
    throw wrong(begin, "the name of a node is wanted");
  }

  private Step step() throws BadReference {
    if (skips(".")) {
      return new Step.Field(name());
    }
    if (skips("[\"")) {
      return new Step.Field(quoted());
    }
    if (skips("[")) {
      return new Step.Item(number());
    }
    throw wrong(at, "'.name', '[\"name\"]' or '[number]' is wanted");
  }

  private String name() throws BadReference {
    int begin = at;
    while (at < text.length() && isOfName(text.charAt(at))) {
      at++;
    }
    if (at == begin) {
      throw wrong(begin, "a name of letters, digits, '_' and '-' is wanted; put others in [\"\"]");
    }
    return text.substring(begin, at);
  }

  private static boolean isOfName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c == '-';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private String quoted() throws BadReference {
    int begin = at;
    var name = new StringBuilder();
    while (at < text.length()) {
      if (skips("\"]")) {
        return name.toString();
      }
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      name.append(text.charAt(at++));
    }
    throw wrong(begin, "the name has no end: '\"]' is wanted");
  }

  private int number() throws BadReference {
    int begin = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    if (at == begin || at - begin > MOST_DIGITS) {
      throw wrong(begin, "a number of at most " + MOST_DIGITS + " digits is wanted");
    }
    int number = Integer.parseInt(text.substring(begin, at));
    wants("]");
    return number;
  }

  private boolean skips(String words) {
    boolean there = text.startsWith(words, at);
    at += there ? words.length() : 0;
    return there;
  }

  private void wants(String words) throws BadReference {
    if (!skips(words)) {
      throw wrong(at, "'" + words + "' is wanted");
    }
  }

  private static BadReference wrong(int place, String what) {
    return new BadReference(
        "at character "
            + (place + 1)
            + ": "
            + what
            + "; a reference is ${nodes.KEY.values.PATH}, and $${ stands for ${ itself");
  }
}
