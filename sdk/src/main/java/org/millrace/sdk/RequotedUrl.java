package org.millrace.sdk;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How DANE rewrites every URL ({@code contracts/dane.md 2.1}). */
final class RequotedUrl {
  private static final String UNRESERVED = "-._~";
  private static final String LEFT_ALONE = "!#$%&'()*+,/:;=?@[]~";

  private RequotedUrl() {}

  static String of(String url) {
    String trimmed = url.strip();
    String decoded = decodedUnreserved(trimmed);
    return decoded == null
        ? quoted(trimmed.replace("%", "%25")) // an escape that is none: every % stands for itself
        : quoted(decoded);
  }

  /** Only escapes of unreserved characters are decoded; null where one is no escape at all. */
  private static @Nullable String decodedUnreserved(String url) {
    StringBuilder out = new StringBuilder(url.length());
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c != '%' || i + 2 >= url.length() || !alphanumeric(url, i + 1)) {
        out.append(c);
        continue;
      }
      int high = Character.digit(url.charAt(i + 1), 16);
      int low = Character.digit(url.charAt(i + 2), 16);
      if (high < 0 || low < 0) {
        return null;
      }
      char meant = (char) (high * 16 + low);
      if (unreserved(meant)) {
        out.append(meant);
      } else {
        out.append(url, i, i + 3);
      }
      i += 2;
    }
    return out.toString();
  }

  private static boolean alphanumeric(String url, int at) {
    return Character.isLetterOrDigit(url.charAt(at))
        && Character.isLetterOrDigit(url.charAt(at + 1));
  }

  private static boolean unreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || UNRESERVED.indexOf(c) >= 0;
  }

  private static String quoted(String url) {
    StringBuilder out = new StringBuilder(url.length());
    for (byte b : url.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xff;
      if (unreserved(c) || (c < 0x80 && LEFT_ALONE.indexOf(c) >= 0)) {
        out.append((char) c);
      } else {
        out.append(String.format("%%%02X", c));
      }
    }
    return out.toString();
  }
}
