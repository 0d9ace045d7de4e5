package org.millrace.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.engine.staging.Transfer.Entry;
import org.millrace.transfer.Roots.Place;

/**
 * Finds the files below a local folder, links that stay below the roots included. For one listing.
 */
final class FolderWalk {
  private static final int DEPTH = 64;
  private final Roots roots;
  private final String url;
  private final int most;
  private final List<Entry> files = new ArrayList<>();

  /** Folders between here and the top, so that a link to one of them is no endless way down. */
  private final Set<Path> above = new HashSet<>();

  FolderWalk(Roots roots, String url, int most) {
    this.roots = roots;
    this.url = url;
    this.most = most;
  }

  List<Entry> files(Place folder) throws IOException, Fault, InterruptedException {
    into(folder, "");
    files.sort(Comparator.comparing(Entry::path));
    return List.copyOf(files);
  }

  private void into(Place folder, String path) throws IOException, Fault, InterruptedException {
    if (!above.add(folder.path())) {
      return; // a link to a folder that we are in: its files are listed already
    }
    if (above.size() > DEPTH) {
      throw tooLarge("is deeper than " + DEPTH + " levels");
    }
    try (SecureDirectoryStream<Path> opened = Roots.open(folder.root(), folder.names())) {
      for (Path entry : opened) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while listing a folder");
        }
        Path name = entry.getFileName();
        take(opened, folder.path().resolve(name), path + name);
      }
    }
    above.remove(folder.path());
  }

  private void take(SecureDirectoryStream<Path> folder, Path entry, String path)
      throws IOException, Fault, InterruptedException {
    BasicFileAttributes attributes;
    try {
      attributes = Roots.attributes(folder, entry.getFileName());
    } catch (NoSuchFileException _) {
      return; // gone since it was listed
    }
    if (attributes.isRegularFile()) {
      if (!Part.isOne(entry.getFileName())) {
        add(path);
      }
    } else if (attributes.isDirectory() || (attributes.isSymbolicLink() && Files.exists(entry))) {
      follow(entry, path);
    }
  }

  private void follow(Path entry, String path) throws IOException, Fault, InterruptedException {
    Place target;
    try {
      target = place(entry, path);
    } catch (Roots.Closed _) {
      return; // nobody asked for the server's own folder: it lies below one that may be read
    }
    followed(target, path);
  }

  private void followed(Place target, String path) throws IOException, Fault, InterruptedException {
    if (Files.isDirectory(target.path())) {
      into(target, path + "/");
    } else if (Files.isRegularFile(target.path())) {
      add(path);
    }
  }

  private Place place(Path entry, String path) throws IOException, Fault {
    Optional<Place> place = roots.find(entry);
    return place.orElseThrow(() ->
        Fault.forGood(
            "input-denied",
            url + ": '" + path + "' is a link out of the folders that may be read",
            "an operator can allow its target with " + LocalConfig.READ_ROOTS));
  }

  private void add(String path) throws Fault {
    files.add(new Entry(path, LocalPath.below(url, path)));
    if (files.size() > most) {
      throw tooLarge("holds more than " + most + " files");
    }
  }

  private Fault tooLarge(String why) {
    return Fault.forGood("folder-too-large", url + " " + why, "");
  }
}
