package org.millrace.sdk;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A task as the broker brought it.
 *
 * @param tag what the channel that brought it calls it
 * @param redelivered whether the broker gave it to somebody before
 * @param correlationId copied into the answer, unread
 * @param replyTo the queue for the answer
 */
record Message(
    long tag,
    boolean redelivered,
    @Nullable String correlationId,
    @Nullable String replyTo,
    String body) {

  /**
   * What a message has in common with itself when it is delivered again; null where nothing can
   * tell it from others.
   */
  @Nullable Identity identity() {
    return correlationId == null ? null : new Identity(correlationId, replyTo, digest(body));
  }

  record Identity(String correlationId, @Nullable String replyTo, String digest) {}

  private static String digest(String body) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
