package org.millrace.engine.staging;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Removes a folder with all that a task left in it: follows no link, whatever is exchanged
 * meanwhile; copes with folders that forbid themselves to their owner, and nested deeper than a
 * path can tell.
 */
public final class FolderRemoval {
  /** Deeper folders are lifted to the top, so that neither paths nor open folders grow too many. */
  private static final int DEEPEST = 12;

  private static final boolean ROOT = serverIsRoot(); // may enter whatever its mode says

  private final Path top;
  private final SecureDirectoryStream<Path> parent;
  private final SecureDirectoryStream<Path> liftedTo;
  private int lifted;

  private FolderRemoval(Path top, SecureDirectoryStream<Path> parent) throws IOException {
    this.top = top;
    this.parent = parent;
    this.liftedTo = open(parent, top);
  }

  /** Removes a folder, if it exists. */
  public static void remove(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder.resolveSibling("."))) {
      if (stream instanceof SecureDirectoryStream<Path> parent) {
        new FolderRemoval(folder, parent).run();
      } else {
        throw new IOException("this file system cannot remove folders safely: " + folder);
      }
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
  }

  private static boolean serverIsRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException unknown) {
      return false; // then permissions are set where it was not needed
    }
  }

  private void run() throws IOException {
    try (liftedTo) {
      int before;
      do {
        before = lifted;
        empty(parent, top, 0);
      } while (lifted > before);
      parent.deleteDirectory(top.getFileName());
    }
  }

  private void empty(SecureDirectoryStream<Path> above, Path path, int depth) throws IOException {
    try (SecureDirectoryStream<Path> folder = open(above, path)) {
      for (Path child : folder) {
        Path name = child.getFileName();
        if (!isFolder(folder, name)) {
          folder.deleteFile(name);
        } else if (depth < DEEPEST) {
          empty(folder, path.resolve(name), depth + 1);
          folder.deleteDirectory(name);
        } else {
          openToUs(path.resolve(name)); // a folder that moves is written to: its parent is noted
          folder.move(name, liftedTo, Path.of("lifted-" + identity(folder, name)));
          lifted++;
        }
      }
    }
  }

  private static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> above, Path path)
      throws IOException {
    openToUs(path);
    return above.newDirectoryStream(path.getFileName(), LinkOption.NOFOLLOW_LINKS);
  }

  private static void openToUs(Path folder) throws IOException {
    if (!ROOT) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** No other file has it, so that what an earlier removal left half done is not in the way. */
  private static String identity(SecureDirectoryStream<Path> folder, Path name) throws IOException {
    Object key =
        folder
            .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes()
            .fileKey();
    return String.valueOf(key);
  }

  private static boolean isFolder(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }
}
