package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.graph.Template;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/** References where a file may have nothing else, and ways into values. */
final class References {
  /** What begins with one is known only later. */
  static final String BEGIN = "${";

  private static final int LONGEST_PATH = 1000;
  private static final Pattern PATH =
      Pattern.compile("(\\.[A-Za-z0-9_-]++|\\[[0-9]{1,9}\\]|\\[\"[^\"\\\\]*+\"\\])*+");
  private static final Set<Root> OF_NODES = EnumSet.of(Root.NODES);

  private References() {}

  /** A way into a value, like {@code .jobs[0].status}. */
  static Optional<ValuePath> path(Cursor in) throws IOException {
    Optional<String> text = in.text();
    Optional<ValuePath> path = text.flatMap(References::path);
    if (text.isPresent() && path.isEmpty()) {
      in.fault("a way into a value is wanted, like .status, .jobs[0].id or [\"odd name\"]");
    }
    return path;
  }

  private static Optional<ValuePath> path(String text) {
    if (text.length() > LONGEST_PATH || !PATH.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Template.of("${nodes.any.values" + text + "}", OF_NODES)
          .onlyReference()
          .map(reference -> ((Reference.OfNode) reference).path());
    } catch (BadReference _) {
      return Optional.empty();
    }
  }

  /** A list, or one reference to what will be one. */
  static Optional<Value> list(Cursor in, int most) throws IOException {
    if (in.isAt(JsonToken.VALUE_STRING)) {
      return in.text().filter(text -> isOne(in, text)).map(Value.Text::new);
    }
    if (in.isAt(JsonToken.START_ARRAY)) {
      return in.list(most, Cursor::value).map(Value.Items::new);
    }
    return in.wants("a list, or one reference like ${nodes.KEY.values.PATH},");
  }

  private static boolean isOne(Cursor in, String text) {
    try {
      if (Template.of(text, OF_NODES).onlyReference().isPresent()) {
        return true;
      }
      in.fault("a list is wanted, or one reference and nothing else: ${nodes.KEY.values.PATH}");
    } catch (BadReference bad) {
      in.fault(String.valueOf(bad.getMessage()));
    }
    return false;
  }
}
