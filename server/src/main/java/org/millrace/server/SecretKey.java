package org.millrace.server;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * The key under which passwords in stored URLs are sealed: a file of the data folder that only the
 * server reads.
 */
final class SecretKey {
  private static final int BYTES = 32;

  private SecretKey() {}

  /** The key of this data folder, made if there is none. */
  static byte[] in(Path data) throws IOException {
    Path file = data.resolve("secret.key");
    try {
      byte[] key = new byte[BYTES];
      new SecureRandom().nextBytes(key);
      try (var channel =
          Files.newByteChannel(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        channel.write(java.nio.ByteBuffer.wrap(key));
      }
      return key;
    } catch (FileAlreadyExistsException _) {
      return read(file);
    }
  }

  private static byte[] read(Path file) throws IOException {
    byte[] key = Files.readAllBytes(file);
    if (key.length != BYTES) {
      throw new IOException(
          file
              + " is not a key of "
              + BYTES
              + " bytes; without the right one, passwords in stored URLs are lost");
    }
    return key;
  }
}
