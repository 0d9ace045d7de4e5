package org.millrace.server;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.BooleanSupplier;

/**
 * The key under which passwords in stored URLs are sealed: a file of the data folder that only the
 * server reads.
 */
final class SecretKey {
  private static final int BYTES = 32;

  private SecretKey() {}

  /**
   * The key of this data folder, made if there is none.
   *
   * @param nothingStored whether there is nothing yet that it could have sealed
   */
  static byte[] in(Path data, BooleanSupplier nothingStored) throws IOException {
    return new MadeOnce(
            data.resolve("secret.key"),
            bytes -> bytes.length == BYTES,
            "passwords in the URLs of stored tasks are lost")
        .read(SecretKey::fresh, nothingStored);
  }

  private static byte[] fresh() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }
}
