package org.millrace.runtimes.container;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Opens a task's tree to whatever user an image runs as. Other users of the host do not come so
 * far: the folder of the attempt is closed to them.
 */
final class TreeAccess {
  static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> ANYBODY =
      PosixFilePermissions.fromString("rwxrwxrwx");
  private static final Set<PosixFilePermission> READ =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_READ);

  private TreeAccess() {}

  /** Folders can be written to, files can be read. Nothing of the task runs meanwhile. */
  static void open(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is)
              throws IOException {
            if (!folder.equals(root)) {
              openFolder(folder);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            if (is.isRegularFile()) {
              openFile(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static void openFolder(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, ANYBODY);
  }

  static void openFile(Path file) throws IOException {
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    if (permissions.addAll(READ)) {
      Files.setPosixFilePermissions(file, permissions);
    }
  }
}
