package org.millrace.domain.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Paths as executors see them: absolute, and kept in one form, so that nothing meets two spellings
 * of one place. Repeated slashes, slashes at the end and {@code .} are dropped; {@code ..} is
 * refused rather than resolved, since what it means depends on links that only exist later.
 */
public final class ContainerPath {
  private static final String ROOT = "/";

  private ContainerPath() {}

  /**
   * The one form of a file or folder below the root.
   *
   * @throws IllegalArgumentException saying what it must be; the path itself is not repeated
   */
  public static String below(String path) {
    String normal = anywhere(path);
    if (normal.equals(ROOT)) {
      throw new IllegalArgumentException("must name something below /");
    }
    return normal;
  }

  /**
   * The one form of a folder, which may be the root.
   *
   * @throws IllegalArgumentException as {@link #below}
   */
  public static String anywhere(String path) {
    return ROOT + String.join("/", segments(path));
  }

  /**
   * The wildcard in a path, if it has one: {@code *}, {@code ?}, or a bracket that is closed
   * ({@code [a-z]}).
   */
  public static Optional<Character> wildcard(String path) {
    int lastClose = path.lastIndexOf(']');
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '*' || c == '?' || (c == '[' && lastClose > i)) {
        return Optional.of(c);
      }
    }
    return Optional.empty();
  }

  private static List<String> segments(String path) {
    if (!path.startsWith(ROOT)) {
      throw new IllegalArgumentException("must be an absolute path, which begins with /");
    }
    var segments = new ArrayList<String>();
    for (int start = 1; start <= path.length(); ) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      add(path.substring(start, end), segments);
      start = end + 1;
    }
    return segments;
  }

  private static void add(String segment, List<String> segments) {
    switch (segment) {
      case "", "." -> {
        // Says nothing.
      }
      case ".." -> throw new IllegalArgumentException("must not lead upwards with '..'");
      default -> segments.add(segment);
    }
  }
}
