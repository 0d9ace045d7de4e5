package org.millrace.transfer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A plain absolute path or a {@code file} URL, as people write them. In a URL {@code %XX} is
 * decoded; {@code ?} and {@code #} are part of the name, because a file has neither query nor
 * fragment.
 */
final class LocalPath {
  private LocalPath() {}

  /** Why a text names no local file. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    Malformed(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /** Says where it points, without looking. */
  static Path parse(String text) throws Malformed {
    String path = isUrl(text) ? decoded(pathOf(text)) : text;
    if (!path.startsWith("/")) {
      throw new Malformed("must be an absolute path or a file URL with one");
    }
    if (path.indexOf('\0') >= 0) {
      throw new Malformed("holds a NUL character");
    }
    if (("/" + path + "/").contains("/../")) {
      throw new Malformed("must not hold '..'");
    }
    try {
      return Path.of(path).normalize();
    } catch (InvalidPathException _) {
      throw new Malformed(
          "holds characters that this machine's locale cannot write; run the server with"
              + " LANG=C.UTF-8");
    }
  }

  /** The same folder's text with a path appended, in its own form. */
  static String below(String folder, String path) {
    String slash = folder.endsWith("/") ? "" : "/";
    return folder + slash + (isUrl(folder) ? HttpUrl.encodeName(path) : path);
  }

  private static boolean isUrl(String text) {
    return text.regionMatches(true, 0, "file:", 0, 5);
  }

  private static String pathOf(String url) throws Malformed {
    String rest = url.substring(5);
    if (!rest.startsWith("//")) {
      return rest;
    }
    int slash = rest.indexOf('/', 2);
    String host = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
    if (!host.isEmpty() && !host.toLowerCase(Locale.ROOT).equals("localhost")) {
      throw new Malformed(
          "names a host; only files of this machine can be moved: use file:///path");
    }
    return slash < 0 ? "" : rest.substring(slash);
  }

  private static String decoded(String path) throws Malformed {
    byte[] raw = path.getBytes(StandardCharsets.UTF_8);
    byte[] decoded = new byte[raw.length];
    int length = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        decoded[length++] = raw[i];
        continue;
      }
      if (i + 2 >= raw.length
          || !HexFormat.isHexDigit(raw[i + 1])
          || !HexFormat.isHexDigit(raw[i + 2])) {
        throw new Malformed("holds a '%' that is not followed by two hex digits (write %25)");
      }
      decoded[length++] =
          (byte) ((HexFormat.fromHexDigit(raw[i + 1]) << 4) | HexFormat.fromHexDigit(raw[i + 2]));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(decoded, 0, length))
          .toString();
    } catch (CharacterCodingException _) {
      throw new Malformed("is not UTF-8 once decoded");
    }
  }
}
