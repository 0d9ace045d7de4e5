package org.millrace.domain.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash that names documents and their tasks: chosen by the originals, and no secret. */
final class Sha {
  private static final int LENGTH = 40;

  private Sha() {}

  /** Of two texts, one immediately after the other (contracts/dane.md 1.3). */
  static String of(String one, String other) {
    byte[] text = (one + other).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(digest("SHA-1").digest(text));
  }

  /** Without a pattern or a stream: whatever is read of documents asks it several times. */
  static boolean hasForm(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(int letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has " + algorithm, absent);
    }
  }
}
