package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.Optional;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** What a parser says of a file that is neither JSON nor YAML, in words for its author. Pure. */
final class Syntax {
  private static final int LONGEST = 200;

  private Syntax() {}

  /** Where the parser stumbled, if it says so. */
  static Optional<Spot> spot(IOException broken) {
    return broken instanceof JsonProcessingException malformed
        ? Optional.ofNullable(malformed.getLocation())
            .filter(at -> at.getLineNr() > 0 && at.getColumnNr() > 0)
            .map(at -> new Spot(at.getLineNr(), at.getColumnNr()))
        : Optional.empty();
  }

  static String sentence(IOException broken, GraphFormat format) {
    if (broken instanceof StreamConstraintsException) {
      return "goes beyond what is read: texts of "
          + GraphFormat.LONGEST_TEXT
          + " characters, names of "
          + GraphFormat.LONGEST_NAME
          + ", numbers of "
          + GraphFormat.LONGEST_NUMBER
          + " digits, nested "
          + GraphFormat.DEEPEST
          + " deep";
    }
    return "is not " + format + ": " + Shown.shortened(words(broken), LONGEST);
  }

  /** Without the pieces of the file that some parsers repeat. */
  private static String words(IOException broken) {
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (cause instanceof MarkedYAMLException marked) {
        return marked.getContext() == null
            ? String.valueOf(marked.getProblem())
            : marked.getContext() + ", " + marked.getProblem();
      }
    }
    String message =
        broken instanceof JsonProcessingException malformed
            ? malformed.getOriginalMessage()
            : broken.getMessage();
    return String.valueOf(message).lines().findFirst().orElse("").replaceFirst(" \\(start .*", "");
  }
}
