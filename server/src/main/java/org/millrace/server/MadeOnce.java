package org.millrace.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file of the data folder that is made once and only the server reads. It is whole and on
 * disk, or not there: a crash on the way leaves nothing that is taken for it. For a folder that
 * nobody else has.
 *
 * @param whole whether bytes are such a file
 * @param lostWith what cannot be used any more without the right one
 */
record MadeOnce(Path file, Predicate<byte[]> whole, String lostWith) {
  private static final Logger LOG = LoggerFactory.getLogger(MadeOnce.class);

  /**
   * What it holds; made if it is not there, or is damaged while nothing depends on it yet.
   *
   * @param nothingStored whether nothing depends on it
   * @throws IOException if it is damaged, naming it and what to do, or cannot be read or made
   */
  byte[] read(Supplier<byte[]> content, BooleanSupplier nothingStored) throws IOException {
    if (!Files.exists(file)) {
      if (!nothingStored.getAsBoolean()) {
        LOG.warn("{} is gone, and made anew: {}", file, lostWith);
      }
      return made(content.get());
    }
    byte[] found = Files.readAllBytes(file);
    if (whole.test(found)) {
      return found;
    }
    if (nothingStored.getAsBoolean()) {
      LOG.warn("{} was damaged, and is made anew: nothing depends on it yet", file);
      return made(content.get());
    }
    throw new IOException(
        file
            + " is damaged: bring it back from a backup, or remove it and accept that "
            + lostWith);
  }

  private byte[] made(byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.resolveSibling(""), StandardOpenOption.READ)) {
      folder.force(true); // the name too
    }
    return content;
  }
}
