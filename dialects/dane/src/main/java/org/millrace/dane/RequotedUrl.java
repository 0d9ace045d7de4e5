package org.millrace.dane;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding made uniform, as DANE's library does it to the URL of a target ({@code
 * contracts/dane.md 2.1}): what need not be encoded is decoded, what must be is encoded, the rest
 * stays as it is written.
 */
final class RequotedUrl {
  private static final String UNRESERVED = "-._~";
  private static final String KEPT = UNRESERVED + "!#$&'()*+,/:;=?@[]";

  private RequotedUrl() {}

  /** Of a URL without space around it; without half surrogate pairs. */
  static String of(String url) {
    var decoded = new StringBuilder(url.length());
    boolean understood = decode(url, decoded);
    return understood ? encode(decoded, "%" + KEPT) : encode(url, KEPT);
  }

  /** Decodes what is unreserved; false as soon as a percent sign begins what cannot be hex. */
  private static boolean decode(String url, StringBuilder to) {
    for (int i = 0; i < url.length(); i++) {
      char unit = url.charAt(i);
      boolean escape =
          unit == '%'
              && i + 2 < url.length()
              && Character.isLetterOrDigit(url.charAt(i + 1))
              && Character.isLetterOrDigit(url.charAt(i + 2));
      if (!escape) {
        to.append(unit);
        continue;
      }
      int high = Character.digit(url.charAt(i + 1), 16);
      int low = Character.digit(url.charAt(i + 2), 16);
      if (high < 0 || low < 0) {
        return false;
      }
      int code = high * 16 + low;
      if (isAlphanumeric(code) || UNRESERVED.indexOf(code) >= 0) {
        to.append((char) code);
        i += 2;
      } else {
        to.append(unit);
      }
    }
    return true;
  }

  private static String encode(CharSequence text, String kept) {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    var encoded = new ByteArrayOutputStream(bytes.length + 16);
    for (byte each : bytes) {
      int code = each & 0xff;
      if (isAlphanumeric(code) || kept.indexOf(code) >= 0) {
        encoded.write(code);
      } else {
        encoded.writeBytes("%%%02X".formatted(code).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return encoded.toString(StandardCharsets.US_ASCII);
  }

  private static boolean isAlphanumeric(int code) {
    return (code >= 'a' && code <= 'z')
        || (code >= 'A' && code <= 'Z')
        || (code >= '0' && code <= '9');
  }
}
