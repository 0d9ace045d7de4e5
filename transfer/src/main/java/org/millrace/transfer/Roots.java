package org.millrace.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folders below which files may be touched. Every file is reached in two steps: its path is
 * resolved, links and all, and must be below a root; then it is opened name by name from that root,
 * each relative to the folder opened before it and refusing links. Who swaps a folder for a link in
 * between makes the second step fail, nothing else.
 *
 * <p>Thread-safe. Roots are resolved anew each time, so that one may be mounted later.
 */
final class Roots {
  private final List<Path> roots;
  private final List<Path> closed;

  /**
   * Folders that may be touched.
   *
   * @param closed folders in which nothing may be, whatever root they are below
   */
  Roots(List<Path> roots, List<Path> closed) {
    this.roots = roots;
    this.closed = closed;
  }

  boolean isEmpty() {
    return roots.isEmpty();
  }

  /** The root that would allow a path, if that was a folder which can be reached. */
  Optional<Path> unusableAbove(Path path) {
    return roots.stream()
        .filter(root -> path.startsWith(root) && !Files.isDirectory(root))
        .findFirst();
  }

  /**
   * Where a path really is.
   *
   * @param root resolved
   * @param names below the root, free of links when it was looked at; empty for the root itself
   */
  record Place(Path root, List<Path> names) {

    Path path() {
      return under(root, names);
    }

    Path folder() {
      return under(root, parents());
    }

    List<Path> parents() {
      return names.subList(0, names.size() - 1);
    }

    Path name() {
      return names.getLast();
    }
  }

  /**
   * Resolves a path; empty if it is below no root. What does not exist yet counts as below its
   * deepest parent.
   *
   * @throws Closed when it is below a root, and in a closed folder
   */
  Optional<Place> find(Path path) throws IOException {
    Path real = resolved(path);
    for (Path root : roots) {
      if (!Files.isDirectory(root)) {
        continue;
      }
      Path realRoot = root.toRealPath();
      if (real.startsWith(realRoot)) {
        List<Path> names = new ArrayList<>();
        if (!real.equals(realRoot)) {
          realRoot.relativize(real).forEach(names::add);
        }
        refuseClosed(real);
        return Optional.of(new Place(realRoot, List.copyOf(names)));
      }
    }
    return Optional.empty();
  }

  private void refuseClosed(Path real) throws IOException {
    for (Path folder : closed) {
      if (real.startsWith(resolved(folder))) {
        throw new Closed(real);
      }
    }
  }

  private static Path resolved(Path path) throws IOException {
    Path deepest = path;
    while (true) {
      try {
        Path real = deepest.toRealPath();
        return deepest.equals(path) ? real : real.resolve(deepest.relativize(path));
      } catch (FileSystemException problem) {
        Path parent = deepest.getParent();
        if (parent == null || !(problem instanceof NoSuchFileException || isBelowFile(deepest))) {
          throw problem;
        }
        deepest = parent;
      }
    }
  }

  private static boolean isBelowFile(Path path) {
    for (Path above = path.getParent(); above != null; above = above.getParent()) {
      if (Files.isRegularFile(above)) {
        return true;
      }
    }
    return false;
  }

  /** Opens a folder. */
  static SecureDirectoryStream<Path> open(Path root, List<Path> names) throws IOException {
    return open(root, names, false);
  }

  /** Opens a folder, making it and its parents first where they are missing. */
  static SecureDirectoryStream<Path> openOrCreate(Path root, List<Path> names) throws IOException {
    return open(root, names, true);
  }

  private static SecureDirectoryStream<Path> open(Path root, List<Path> names, boolean create)
      throws IOException {
    SecureDirectoryStream<Path> folder = open(root);
    for (int depth = 0; depth < names.size(); depth++) {
      // The next is opened before this one is closed; whatever happens, this one is closed.
      try (SecureDirectoryStream<Path> parent = folder) {
        folder = child(parent, under(root, names.subList(0, depth + 1)), create);
      }
    }
    return folder;
  }

  private static SecureDirectoryStream<Path> child(
      SecureDirectoryStream<Path> parent, Path path, boolean create) throws IOException {
    Path name = path.getFileName();
    try {
      return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException absent) {
      if (!create) {
        throw absent;
      }
    } catch (FileSystemException problem) {
      throw attributes(parent, name).isSymbolicLink()
          ? new NotDirectoryException(path.toString())
          : problem;
    }
    // Java cannot make a folder relative to an open one. Who swaps a parent for a link right now
    // gets an empty folder
    // elsewhere; opening it from the parent that we hold fails then, and nothing is written.
    makeFolder(path);
    return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  private static void makeFolder(Path path) throws IOException {
    try {
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException made) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw made;
      }
    }
  }

  /** Attributes of an entry itself, not of what it links to. */
  static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  /**
   * Opens a regular file for reading. It is looked at first, because opening a pipe would wait for
   * a writer; who swaps the file for a pipe right between holds this one thread, no more. And it is
   * looked at again: what was opened in between may be another file.
   */
  static SeekableByteChannel openFile(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    BasicFileAttributes before = regular(folder, name);
    Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    SeekableByteChannel file = folder.newByteChannel(name, options);
    try {
      Object now = regular(folder, name).fileKey();
      if (now == null || !now.equals(before.fileKey())) {
        throw new FileSystemException(name.toString(), null, "was exchanged while it was opened");
      }
      file.position(0); // a pipe has no position
      return file;
    } catch (IOException | RuntimeException exchanged) {
      file.close();
      throw exchanged;
    }
  }

  private static BasicFileAttributes regular(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    BasicFileAttributes attributes = attributes(folder, name);
    if (attributes.isSymbolicLink()) {
      throw new NoSuchFileException(
          name.toString()); // links were resolved before: this one leads to nothing
    }
    if (!attributes.isRegularFile()) {
      throw new NotRegular(name.toString());
    }
    return attributes;
  }

  /** Makes a file that does not exist yet. */
  static FileChannel createFile(SecureDirectoryStream<Path> folder, Path name) throws IOException {
    Set<OpenOption> options =
        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);
    return switch (folder.newByteChannel(name, options)) {
      case FileChannel file -> file;
      case SeekableByteChannel other -> {
        other.close();
        throw new FileSystemException(
            name.toString(), null, "this file system cannot make changes durable");
      }
    };
  }

  private static Path under(Path root, List<Path> names) {
    Path path = root;
    for (Path name : names) {
      path = path.resolve(name);
    }
    return path;
  }

  @SuppressWarnings("StreamResourceLeak") // the caller closes what it gets
  private static SecureDirectoryStream<Path> open(Path root) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(root);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new FileSystemException(
        root.toString(), null, "this platform cannot open files safely below a folder");
  }

  /** A file of the server itself. */
  static final class Closed extends FileSystemException {
    private static final long serialVersionUID = 1L;

    Closed(Path file) {
      super(file.toString(), null, "belongs to the server itself");
    }
  }

  /** A folder, pipe, socket or device where a file should be. */
  static final class NotRegular extends FileSystemException {
    private static final long serialVersionUID = 1L;

    NotRegular(String file) {
      super(file, null, "not a regular file");
    }
  }
}
