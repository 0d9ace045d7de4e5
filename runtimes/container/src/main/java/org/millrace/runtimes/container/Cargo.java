package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.staging.OneLine;
import org.millrace.engine.staging.TaskFolder;

/**
 * Carries what cannot be bound: into a container that was created and has not started, and out of
 * one that has ended. What comes out is written below the task's root and nowhere else, whatever it
 * is called and wherever it links to.
 */
record Cargo(DockerEngine engine, Optional<ServerUser> owner) {
  private static final int PIPE = 256 * 1024;
  private static final int MOST_LINKS = 16;
  private static final int FOLDER_MODE = 040777;
  private static final int FILE_MODE = 0100666;
  private static final int PROGRAM_MODE = 0100777;
  private static final int EXECUTABLE = 0111;

  /** Something of the tree on its way into a container; no place for a folder that is made. */
  private record Item(String path, Optional<Path> place) {}

  /** Copies in what of the tree is not bound. */
  void in(ContainerAttempt attempt, BindPlan plan, String container)
      throws IOException, EngineAway, EngineRefused, InterruptedException {
    List<Item> items = items(attempt, plan);
    if (items.isEmpty()) {
      return;
    }
    try (var from = new PipedInputStream(PIPE)) {
      var to = new PipedOutputStream(from);
      var packing = new Packing(items, to);
      Thread thread = Thread.ofVirtual().name("container-cargo").start(packing);
      try {
        engine.unpack(container, from);
      } finally {
        thread.interrupt();
        thread.join();
      }
      packing.rethrow();
    }
  }

  private List<Item> items(ContainerAttempt attempt, BindPlan plan) throws IOException {
    var items = new ArrayList<Item>();
    plan.made().forEach(folder -> items.add(new Item(folder, Optional.empty())));
    Path root = attempt.tree().root();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is) {
            return folder.equals(root) || !plan.covers(pathOf(folder))
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
            if ((is.isRegularFile() || is.isSymbolicLink()) && !plan.covers(pathOf(file))) {
              items.add(new Item(pathOf(file), Optional.of(file)));
            }
            return FileVisitResult.CONTINUE;
          }

          private String pathOf(Path place) {
            return "/" + root.relativize(place);
          }
        });
    return items;
  }

  /** Packs on a thread of its own what the engine unpacks. */
  private final class Packing implements Runnable {
    private final List<Item> items;
    private final OutputStream to;
    private Optional<IOException> failure = Optional.empty();

    Packing(List<Item> items, OutputStream to) {
      this.items = items;
      this.to = to;
    }

    @Override
    public void run() {
      try (var tar = new TarArchiveOutputStream(to, "UTF-8")) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        for (Item item : items) {
          pack(item, tar);
        }
      } catch (IOException failed) {
        failure = Optional.of(failed);
      }
    }

    private void pack(Item item, TarArchiveOutputStream tar) throws IOException {
      String name = item.path().substring(1);
      if (item.place().isEmpty()) {
        var folder = new TarArchiveEntry(name + "/");
        folder.setMode(FOLDER_MODE);
        put(folder, tar);
        return;
      }
      Path place = item.place().get();
      if (Files.isSymbolicLink(place)) {
        var link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        link.setLinkName(Files.readSymbolicLink(place).toString());
        put(link, tar);
        return;
      }
      try (InputStream in = Files.newInputStream(place, LinkOption.NOFOLLOW_LINKS)) {
        var file = new TarArchiveEntry(name);
        file.setSize(Files.size(place));
        file.setMode(Files.isExecutable(place) && isProgram(place) ? PROGRAM_MODE : FILE_MODE);
        own(file);
        tar.putArchiveEntry(file);
        in.transferTo(tar);
        tar.closeArchiveEntry();
      }
    }

    private void put(TarArchiveEntry entry, TarArchiveOutputStream tar) throws IOException {
      own(entry);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }

    private void own(TarArchiveEntry entry) {
      owner.ifPresent(user -> entry.setIds(user.uid(), user.gid()));
    }

    void rethrow() throws IOException {
      if (failure.isPresent()) {
        throw failure.get();
      }
    }
  }

  private static boolean isProgram(Path place) throws IOException {
    return Files.getPosixFilePermissions(place, LinkOption.NOFOLLOW_LINKS)
        .contains(PosixFilePermission.OTHERS_EXECUTE);
  }

  /**
   * Copies out what executors made where nothing is bound.
   *
   * @return lines for people: what was left
   */
  List<String> out(ContainerAttempt attempt, BindPlan plan, String container)
      throws IOException, EngineAway, EngineRefused, InterruptedException {
    var leftOut = new ArrayList<String>();
    for (String file : plan.outputs()) {
      file(attempt.tree(), plan, container, file);
    }
    if (plan.folderOutputs().isEmpty()) {
      return leftOut;
    }
    Optional<Set<String>> changed = Optional.empty();
    for (String folder : plan.folderOutputs()) {
      if (plan.made().contains(folder)) {
        FolderRemoval.remove(attempt.tree().place(folder));
        attempt.tree().makeFolder(folder);
        folder(attempt.tree(), container, folder, Optional.empty(), leftOut);
      } else {
        if (changed.isEmpty()) {
          changed = Optional.of(new HashSet<>(engine.changed(container)));
        }
        folder(attempt.tree(), container, folder, changed, leftOut);
      }
    }
    return leftOut;
  }

  private void file(TaskFolder tree, BindPlan plan, String container, String path)
      throws IOException, EngineAway, EngineRefused, InterruptedException {
    String at = path;
    for (int links = 0; links < MOST_LINKS && !plan.covers(at); links++) {
      Optional<InputStream> archive = engine.archive(container, at);
      if (archive.isEmpty()) {
        remove(tree.place(at));
        return;
      }
      try (InputStream body = archive.get();
          var tar = new TarArchiveInputStream(body, "UTF-8")) {
        TarArchiveEntry entry = tar.getNextEntry();
        if (entry == null || !entry.isSymbolicLink()) {
          if (entry != null) {
            unpack(tree, at, entry, tar);
          }
          return;
        }
        String target = entry.getLinkName();
        unpack(tree, at, entry, tar);
        at = TaskPaths.plain(target.startsWith("/") ? target : TaskPaths.above(at) + "/" + target);
      }
    }
  }

  private void folder(
      TaskFolder tree,
      String container,
      String folder,
      Optional<Set<String>> only,
      List<String> leftOut)
      throws IOException, EngineAway, EngineRefused, InterruptedException {
    if (only.isPresent() && only.get().stream().noneMatch(it -> TaskPaths.isWithin(it, folder))) {
      return;
    }
    Optional<InputStream> archive = engine.archive(container, folder);
    if (archive.isEmpty()) {
      return;
    }
    try (InputStream body = archive.get();
        var tar = new TarArchiveInputStream(body, "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String path = pathOf(folder, entry);
        if (only.isPresent() && !only.get().contains(path)) {
          continue;
        }
        if (!unpack(tree, path, entry, tar)) {
          leftOut.add(OneLine.of(path) + " stayed in the container: neither file, folder nor link");
        }
      }
    }
  }

  /** Names in an archive begin with the last name of what was asked for. */
  private static String pathOf(String folder, TarArchiveEntry entry) {
    String name = entry.getName();
    int slash = name.indexOf('/');
    String below = folder.equals("/") ? name : slash < 0 ? "" : name.substring(slash + 1);
    return TaskPaths.plain(folder + "/" + below);
  }

  private static boolean unpack(
      TaskFolder tree, String path, TarArchiveEntry entry, TarArchiveInputStream tar)
      throws IOException {
    if (entry.isDirectory()) {
      tree.makeFolder(path);
    } else if (entry.isSymbolicLink()) {
      Path place = tree.makeFolder(TaskPaths.above(path)).resolve(lastName(path));
      remove(place);
      Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
    } else if (entry.isFile() && !entry.isLink()) {
      Path direct = tree.makeFolder(TaskPaths.above(path)).resolve(lastName(path));
      if (Files.isSymbolicLink(direct)) {
        remove(direct); // it was a link before, and is a file now
      }
      try (OutputStream out = tree.create(path)) {
        tar.transferTo(out);
      }
      if ((entry.getMode() & EXECUTABLE) != 0) {
        Files.setPosixFilePermissions(tree.place(path), TreeAccess.PROGRAM);
      }
    } else {
      return false;
    }
    return true;
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void remove(Path place) throws IOException {
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(place);
    }
  }
}
