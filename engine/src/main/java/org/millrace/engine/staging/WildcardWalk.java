package org.millrace.engine.staging;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One search of a task's tree for what matches a path of patterns, name by name. Links lead where
 * they lead inside.
 */
final class WildcardWalk {
  private final TaskFolder tree;
  private final int most;

  WildcardWalk(TaskFolder tree, int most) {
    this.tree = tree;
    this.most = most;
  }

  /**
   * What matches, in the order of the paths.
   *
   * @throws IOException when it is more than can be handled, or a folder cannot be read
   */
  List<TaskFolder.Found> matching(String pattern) throws IOException {
    List<TaskFolder.Found> found = List.of(new TaskFolder.Found("", tree.root()));
    for (String name : Wildcards.names(pattern)) {
      var next = new ArrayList<TaskFolder.Found>();
      for (TaskFolder.Found folder : found) {
        if (Files.isDirectory(folder.place(), LinkOption.NOFOLLOW_LINKS)) {
          search(folder, name, next);
        }
      }
      found = next;
    }
    return found.stream().sorted(Comparator.comparing(TaskFolder.Found::path)).toList();
  }

  private void search(TaskFolder.Found folder, String name, List<TaskFolder.Found> found)
      throws IOException {
    if (!NamePattern.isNeededFor(name)) {
      add(folder, folder.place().resolve(name), found);
      return;
    }
    NamePattern wanted = NamePattern.of(name);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder.place())) {
      for (Path child : children) {
        if (wanted.matches(child.getFileName().toString())) {
          add(folder, child, found);
        }
      }
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
  }

  private void add(TaskFolder.Found folder, Path child, List<TaskFolder.Found> found)
      throws IOException {
    if (!Files.exists(child, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (found.size() >= most) {
      throw new IOException("more than " + most + " matches");
    }
    found.add(new TaskFolder.Found(folder.path() + "/" + child.getFileName(), led(child)));
  }

  /** Where a link leads; itself if it leads in a circle, or is none. */
  private Path led(Path child) throws IOException {
    try {
      return tree.target(child);
    } catch (FileSystemLoopException circle) {
      return child;
    }
  }
}
