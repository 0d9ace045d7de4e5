package org.millrace.domain.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.graph.Template.Part;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Step;

/** Reads a {@link Template} from left to right, once. */
final class TemplateReader {
  private static final int MOST_DIGITS = 9;

  private final String text;
  private final Set<Root> roots;
  private final List<Part> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private int at;

  TemplateReader(String text, Set<Root> roots) {
    this.text = text;
    this.roots = roots;
  }

  List<Part> parts() throws BadReference {
    while (at < text.length()) {
      if (skips("$${")) {
        literal.append("${");
      } else if (text.startsWith("${", at)) {
        hole();
      } else {
        literal.append(text.charAt(at++));
      }
    }
    endLiteral();
    return parts;
  }

  private void hole() throws BadReference {
    int begin = at;
    at += 2;
    String word = word();
    if (isReference(word)) {
      Reference reference = reference(word, begin);
      endLiteral();
      parts.add(new Part.Hole(reference));
    } else {
      literal.append(text, begin, at);
    }
  }

  /** What a shell could read is the shell's, unless it is a root of ours. */
  private boolean isReference(String word) {
    char next = at < text.length() ? text.charAt(at) : ' ';
    return switch (word) {
      case "nodes" -> next == '.' || next == '[';
      case "steps" -> roots.contains(Root.STEPS) && (next == '.' || next == '[');
      case "item" -> next == '.' || (roots.contains(Root.ITEM) && (next == '[' || next == '}'));
      case "index" -> roots.contains(Root.ITEM) && next == '}';
      default -> next == '.';
    };
  }

  private void endLiteral() {
    if (!literal.isEmpty()) {
      parts.add(new Part.Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private Reference reference(String word, int begin) throws BadReference {
    return switch (root(word, begin)) {
      case NODES -> {
        NodeKey node = node();
        wants(".values");
        yield new Reference.OfNode(node, path());
      }
      case ITEM -> word.equals("item") ? new Reference.OfItem(path()) : index();
      case STEPS ->
          word.equals("steps")
              ? new Reference.OfStep(named("the name of a step is wanted"), path())
              : key();
    };
  }

  private Root root(String word, int begin) throws BadReference {
    return roots.stream()
        .filter(root -> root.words().contains(word))
        .findFirst()
        .orElseThrow(
            () -> wrong(begin, "'" + word + "' is nothing to refer to here; there are " + known()));
  }

  private Reference index() throws BadReference {
    wants("}");
    return new Reference.OfIndex();
  }

  private Reference key() throws BadReference {
    wants(".key}");
    return new Reference.OfKey();
  }

  private String known() {
    return roots.stream()
        .sorted()
        .flatMap(root -> root.words().stream())
        .collect(Collectors.joining(", "));
  }

  private String word() {
    int begin = at;
    while (at < text.length() && isOfName(text.charAt(at))) {
      at++;
    }
    return text.substring(begin, at);
  }

  private ValuePath path() throws BadReference {
    List<Step> steps = new ArrayList<>();
    while (!skips("}")) {
      steps.add(step());
    }
    return new ValuePath(steps);
  }

  private NodeKey node() throws BadReference {
    int begin = at;
    try {
      return new NodeKey(named("the name of a node is wanted"));
    } catch (IllegalArgumentException unfit) {
      throw wrong(begin, String.valueOf(unfit.getMessage()));
    }
  }

  private String named(String otherwise) throws BadReference {
    int begin = at;
    if (step() instanceof Step.Field(String name)) {
      return name;
    }
    throw wrong(begin, otherwise);
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
    String name = word();
    if (name.isEmpty()) {
      throw wrong(begin, "a name of letters, digits, '_' and '-' is wanted; put others in [\"\"]");
    }
    return name;
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
            + "; a reference is written like ${nodes.KEY.values.PATH}, and $${ stands for ${"
            + " itself");
  }
}
