package org.millrace.engine.staging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 and size of bytes that pass by. */
final class Digest {
  private final MessageDigest sha256 = sha256();
  private long bytes;

  void add(byte[] buffer, int from, int count) {
    sha256.update(buffer, from, count);
    bytes += count;
  }

  long bytes() {
    return bytes;
  }

  /** 64 hex digits in lower case; ends the digest. */
  String hex() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
