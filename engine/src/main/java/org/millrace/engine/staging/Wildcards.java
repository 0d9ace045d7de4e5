package org.millrace.engine.staging;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Output;

/**
 * Outputs whose path is a pattern. Pure.
 *
 * <p>Contract ({@code contracts/tes.md 7.3}): of each match the prefix is dropped from the front,
 * and the rest is appended to the URL.
 */
public final class Wildcards {
  private Wildcards() {}

  /**
   * Whether an output's path stands for what matches it: it has a prefix, and {@code *}, {@code ?}
   * or a bracket that is closed.
   */
  public static boolean areIn(Output output) {
    return output.pathPrefix().isPresent() && hasWildcard(output.path());
  }

  private static boolean hasWildcard(String path) {
    int bracket = path.indexOf('[');
    return path.indexOf('*') >= 0
        || path.indexOf('?') >= 0
        || (bracket >= 0 && path.indexOf(']', bracket + 1) > 0);
  }

  /**
   * The folder that is to exist before the first executor begins, so that an output can be written:
   * itself if it is a folder, else the one above it; of a pattern the last one that is none.
   */
  public static String folderFor(Output output) {
    List<String> names = names(output.path());
    if (!areIn(output)) {
      boolean whole = output.type() == FileType.DIRECTORY || names.isEmpty();
      return "/" + String.join("/", whole ? names : names.subList(0, names.size() - 1));
    }
    return names.stream()
        .takeWhile(name -> !NamePattern.isNeededFor(name))
        .collect(Collectors.joining("/", "/", ""));
  }

  /** What of a match goes behind the URL; empty if the prefix was all of it. */
  static String rest(Output output, String match) {
    String prefix = output.pathPrefix().map(text -> "/" + String.join("/", names(text))).orElse("");
    String rest = match.startsWith(prefix) ? match.substring(prefix.length()) : match;
    return rest.startsWith("/") ? rest.substring(1) : rest;
  }

  /** The names in a path, whatever slashes and dots stand between them. */
  static List<String> names(String path) {
    var names = new ArrayList<String>();
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names;
  }
}
