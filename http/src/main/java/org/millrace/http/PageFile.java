package org.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file of a page that a face brings, as a resource of its module. Immutable. */
public final class PageFile {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png");

  private final String type;
  private final byte[] bytes;

  private PageFile(String type, byte[] bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  /**
   * Reads it.
   *
   * @param path from the class, or from the root of its class path if it begins with a slash; what
   *     it ends in tells its content type
   * @throws IllegalStateException if this build of the server lacks it
   */
  public static PageFile beside(Class<?> owner, String path) {
    return new PageFile(type(path), bytes(owner, path));
  }

  /** The file, which no browser may take for something else. */
  public Answer answer() {
    return Answer.bytes(200, type, bytes).with("X-Content-Type-Options", "nosniff");
  }

  private static String type(String path) {
    String ending = path.substring(path.lastIndexOf('.') + 1);
    @Nullable String type = TYPES.get(ending);
    if (type == null) {
      throw new IllegalArgumentException(path + ": no page has files of this kind");
    }
    return type;
  }

  static byte[] bytes(Class<?> beside, String path) {
    try (InputStream in = open(beside, path)) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static InputStream open(Class<?> beside, String path) {
    @Nullable InputStream in = beside.getResourceAsStream(path);
    if (in == null) {
      throw new IllegalStateException("this build of the server lacks " + path);
    }
    return in;
  }
}
