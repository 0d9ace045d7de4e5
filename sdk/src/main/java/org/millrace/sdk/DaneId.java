package org.millrace.sdk;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Ids that everybody can compute: SHA-1 over two texts, one after the other ({@code 1.3}). */
final class DaneId {
  private DaneId() {}

  static String ofDocument(String targetId, String creatorId) {
    return hash(targetId + creatorId);
  }

  static String ofTask(String documentId, String key) {
    return hash(documentId + key.toUpperCase(Locale.ROOT));
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
