package org.millrace.store.sqlite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that nobody but its owner reads or locks, whatever the process's file mode mask says: the
 * data folder itself can be passed through, because tasks have their files below it.
 */
final class OwnersFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private OwnersFile() {}

  /** Makes it if it is absent, and closes it to others if it was open to them. */
  static void makeOrClose(Path file) throws IOException {
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException made) {
      close(file);
    }
  }

  /** Closes it to others if it is there. */
  static void close(Path file) throws IOException {
    try {
      Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setPermissions(OWNER_ONLY);
    } catch (NoSuchFileException absent) {
      return; // nothing to be closed
    }
  }
}
