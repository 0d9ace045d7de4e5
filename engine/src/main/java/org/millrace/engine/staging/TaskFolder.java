package org.millrace.engine.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A task's own file tree, as it lies on the host. Paths are those the task sees: absolute, {@code
 * /} is {@link #root}, links in it lead where they lead inside, {@code ..} ends at the root.
 * Whatever the task left there, nothing outside is ever read or written, and nothing but regular
 * files is opened.
 *
 * <p>Nothing of the task may run while this is used; then no link can appear between a look and an
 * opening. Thread-safe as far as the tree itself is left alone.
 */
public final class TaskFolder {
  private static final int MOST_LINKS = 40; // as many as Linux follows

  private final Path root;
  private final Optional<FileOwner> owner;

  /** Whose the files are that are written here. Giving them away needs a server that is root. */
  public record FileOwner(int uid, int gid) {}

  /**
   * A regular file below a folder, or what matches a pattern.
   *
   * @param path relative to that folder, with {@code /}; of a match absolute
   * @param place where it is on the host; no link is in it
   */
  public record Found(String path, Path place) {}

  /**
   * What lies below a folder.
   *
   * @param files regular files, and links to such inside the task's tree, in the order of their
   *     names
   * @param leftOut what else was there, each with the reason; the first few, then how many more
   */
  public record Listing(List<Found> files, List<String> leftOut) {
    public Listing {
      files = List.copyOf(files);
      leftOut = List.copyOf(leftOut);
    }
  }

  /** A tree whose files belong to whoever runs the server. */
  public TaskFolder(Path root) {
    this(root, Optional.empty());
  }

  /** A tree whose files belong to somebody, if given. */
  public TaskFolder(Path root, Optional<FileOwner> owner) {
    this.root = root.toAbsolutePath().normalize();
    this.owner = owner;
  }

  /** Where the task's {@code /} is on the host. */
  public Path root() {
    return root;
  }

  /**
   * Where a task's path is on the host, links followed as they lead inside; also of what does not
   * exist yet.
   *
   * @throws FileSystemLoopException beyond 40 links
   */
  public Path place(String path) throws IOException {
    return follow(root, names(path));
  }

  /** Makes a folder and the folders above it; harmless where it exists. Returns its place. */
  public Path makeFolder(String path) throws IOException {
    Path place = place(path);
    makeFolders(place);
    return place;
  }

  /**
   * The place for a file, its folders made.
   *
   * @throws IOException also when something other than a regular file is there
   */
  public Path writable(String path) throws IOException {
    Path place = place(path);
    if (place.equals(root)) {
      throw new FileAlreadyExistsException(path, null, "is the root folder");
    }
    makeFolders(above(place));
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS) && !isRegular(place)) {
      throw new FileAlreadyExistsException(
          path, null, "something that is no regular file is there");
    }
    return place;
  }

  /** Opens a file for writing, emptied; its folders are made. */
  public OutputStream create(String path) throws IOException {
    Path place = writable(path);
    OutputStream out =
        Files.newOutputStream(
            place,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      give(place);
      return out;
    } catch (IOException failed) {
      out.close();
      throw failed;
    }
  }

  /**
   * Opens a regular file that {@link #place} or {@link #regularFiles} found.
   *
   * @throws IOException also when it is no regular file, or lies outside
   */
  public InputStream open(Path place) throws IOException {
    if (!place.startsWith(root) || !isRegular(place)) {
      throw new NoSuchFileException(place.toString(), null, "no regular file of the task");
    }
    return Files.newInputStream(place, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a place holds a regular file, and not a link to one. */
  public static boolean isRegular(Path place) {
    return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * The files below a folder, recursively. Links to folders are left out, links to files only
   * followed within the task's tree.
   *
   * @param most files at most
   * @throws IOException when the folder does not exist, is none, or holds more files or deeper
   *     folders than can be handled
   */
  public Listing regularFiles(String path, int most) throws IOException {
    Path folder = place(path);
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(path);
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(path);
    }
    return regularFilesAt(folder, most);
  }

  /** As {@link #regularFiles}, below a folder's place. */
  Listing regularFilesAt(Path folder, int most) throws IOException {
    return new FolderWalk(this, folder, most).listing();
  }

  /**
   * What matches a path whose names may be patterns as POSIX has them; each name for itself. A link
   * is told with the place to which it leads.
   *
   * @param most matches at most, at every depth of the path
   * @throws IOException when there are more, or a folder cannot be read
   */
  public List<Found> matching(String pattern, int most) throws IOException {
    return new WildcardWalk(this, most).matching(pattern);
  }

  /** Gives a file or folder of this tree to its owner. */
  public void give(Path place) throws IOException {
    if (owner.isPresent()) {
      Files.setAttribute(place, "unix:uid", owner.get().uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(place, "unix:gid", owner.get().gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  private void makeFolders(Path place) throws IOException {
    var missing = new ArrayDeque<Path>();
    for (Path at = place; !Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS); at = above(at)) {
      if (at.equals(root) || Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(shown(at));
      }
      missing.push(at);
    }
    for (Path folder : missing) {
      Files.createDirectory(folder);
      give(folder);
    }
  }

  /** Where a link of this tree leads. */
  Path target(Path link) throws IOException {
    return follow(above(link), new ArrayDeque<>(List.of(link.getFileName())));
  }

  private Path follow(Path from, Deque<Path> names) throws IOException {
    Path at = from;
    int links = 0;
    while (!names.isEmpty()) {
      Path name = names.pop();
      if (name.toString().isEmpty() || name.toString().equals(".")) {
        continue;
      }
      if (name.toString().equals("..")) {
        at = above(at);
        continue;
      }
      Path next = at.resolve(name);
      if (!Files.isSymbolicLink(next)) {
        at = next;
        continue;
      }
      if (++links > MOST_LINKS) {
        throw new FileSystemLoopException(shown(next));
      }
      Path target = Files.readSymbolicLink(next);
      at = target.isAbsolute() ? root : at;
      for (int i = target.getNameCount() - 1; i >= 0; i--) {
        names.push(target.getName(i));
      }
    }
    return at;
  }

  private Path above(Path place) {
    Path parent = place.getParent();
    return parent == null || place.equals(root) ? root : parent;
  }

  private static Deque<Path> names(String path) throws IOException {
    var names = new ArrayDeque<Path>();
    try {
      Path.of(path).forEach(names::add);
      return names;
    } catch (InvalidPathException invalid) {
      throw new NoSuchFileException(path, null, "no path: " + invalid.getReason());
    }
  }

  /** A place as the task would write it, on one line. */
  String shown(Path place) {
    return OneLine.of("/" + root.relativize(place));
  }
}
