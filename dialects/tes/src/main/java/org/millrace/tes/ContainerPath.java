package org.millrace.tes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Refusal;

/**
 * Paths as executors see them.
 *
 * <p>Contract ({@code contracts/tes.md 3.1, 4.1, 4.5}): absolute, and stored in one form, so that
 * nothing behind this face meets two spellings of one place: repeated slashes, slashes at the end
 * and {@code .} are dropped. {@code ..} is refused rather than resolved, since what it means
 * depends on links that only exist later.
 */
final class ContainerPath {
  private static final String ROOT = "/";

  private ContainerPath() {}

  /** A file or folder below the root. */
  static String below(String field, String path) {
    String normal = anywhere(field, path);
    if (normal.equals(ROOT)) {
      throw Refusal.invalid(field, "must name something below /");
    }
    return normal;
  }

  /** A folder, which may be the root. */
  static String anywhere(String field, String path) {
    return ROOT + String.join("/", segments(field, path));
  }

  /** Refuses what {@link #anywhere} refuses; the path stays as it is. */
  static void check(String field, String path) {
    segments(field, path);
  }

  /**
   * The wildcard in a path, if it has one: {@code *}, {@code ?}, or a bracket that is closed
   * ({@code [a-z]}).
   */
  static Optional<Character> wildcard(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '*' || c == '?' || (c == '[' && path.indexOf(']', i + 1) > 0)) {
        return Optional.of(c);
      }
    }
    return Optional.empty();
  }

  private static List<String> segments(String field, String path) {
    if (!path.startsWith(ROOT)) {
      throw Refusal.invalid(
          field, "must be an absolute path, which begins with /, not " + Quoted.of(path));
    }
    var segments = new ArrayList<String>();
    for (int start = 1; start <= path.length(); ) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      add(field, path.substring(start, end), segments);
      start = end + 1;
    }
    return segments;
  }

  private static void add(String field, String segment, List<String> segments) {
    switch (segment) {
      case "", "." -> {
        // Says nothing.
      }
      case ".." -> throw Refusal.invalid(field, "must not lead upwards with '..'");
      default -> segments.add(segment);
    }
  }
}
