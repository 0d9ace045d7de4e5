package org.millrace.engine.staging;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One listing of a task's folder: depth first, in the order of names, without recursion over what a
 * task nested.
 */
final class FolderWalk {
  private static final int MOST_LEFT_OUT = 20;
  private static final int DEEPEST = 512;

  private final TaskFolder tree;
  private final Path folder;
  private final int most;
  private final List<TaskFolder.Found> files = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final Deque<Path> open = new ArrayDeque<>();
  private int leftOutCount;

  FolderWalk(TaskFolder tree, Path folder, int most) {
    this.tree = tree;
    this.folder = folder;
    this.most = most;
  }

  TaskFolder.Listing listing() throws IOException {
    open.push(folder);
    while (!open.isEmpty()) {
      Path next = open.pop();
      BasicFileAttributes attributes =
          Files.readAttributes(next, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        enter(next);
      } else if (attributes.isRegularFile()) {
        add(next, next);
      } else if (attributes.isSymbolicLink()) {
        link(next);
      } else {
        leaveOut(next, "is neither a file nor a folder");
      }
    }
    if (leftOutCount > leftOut.size()) {
      leftOut.add("and " + (leftOutCount - leftOut.size()) + " more");
    }
    return new TaskFolder.Listing(files, leftOut);
  }

  private void enter(Path directory) throws IOException {
    if (directory.getNameCount() - folder.getNameCount() > DEEPEST) {
      throw new IOException(tree.shown(directory) + ": folders nested deeper than " + DEEPEST);
    }
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path child : stream) {
        children.add(child);
        if (files.size() + open.size() + children.size() > (long) most + MOST_LEFT_OUT + DEEPEST) {
          throw tooMany();
        }
      }
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
    children.sort(null);
    children.reversed().forEach(open::push);
  }

  private void link(Path link) throws IOException {
    String target = OneLine.of(Files.readSymbolicLink(link).toString());
    Path place;
    try {
      place = tree.target(link);
    } catch (FileSystemLoopException loop) {
      leaveOut(link, "is a link that leads in a circle");
      return;
    }
    if (TaskFolder.isRegular(place)) {
      add(link, place);
    } else if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      leaveOut(link, "is a link to folder " + target + ", which is not followed");
    } else {
      leaveOut(link, "is a link to " + target + ", where the task has no file of its own");
    }
  }

  private void add(Path where, Path place) throws IOException {
    if (files.size() >= most) {
      throw tooMany();
    }
    files.add(new TaskFolder.Found(folder.relativize(where).toString(), place));
  }

  private void leaveOut(Path what, String why) {
    leftOutCount++;
    if (leftOut.size() < MOST_LEFT_OUT) {
      leftOut.add(tree.shown(what) + " " + why);
    }
  }

  private IOException tooMany() {
    return new IOException(tree.shown(folder) + ": more than " + most + " files");
  }
}
