package org.millrace.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a worker keeps the files of a document ({@code contracts/dane.md 2.7}).
 *
 * @param temp below {@code PATHS.TEMP_FOLDER}
 * @param out below {@code PATHS.OUT_FOLDER}
 */
public record Directories(Path temp, Path out) {

  /** {@code <base>/49/6e/65/496e65...}: the first six characters of the id in twos. */
  static Path below(Path base, String id) {
    if (id.isEmpty() || id.contains("/") || id.contains("\\") || id.startsWith(".")) {
      throw new IllegalArgumentException("an id that cannot name a folder: " + id);
    }
    Path folder = base;
    for (int i = 0; i < Math.min(6, id.length()); i += 2) {
      folder = folder.resolve(id.substring(i, Math.min(Math.min(i + 2, 6), id.length())));
    }
    return folder.resolve(id);
  }

  /**
   * Makes a folder; its base is made only if what it lies in is there. Several workers may do so at
   * once.
   *
   * @throws UncheckedIOException if it cannot be made; the message says what to do
   */
  static void make(Path base, Path folder) {
    try {
      makeBase(base);
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new UncheckedIOException(e.getFile() + " is there and no folder", e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the folder " + folder + " cannot be made: " + help(base, e), e);
    }
  }

  private static void makeBase(Path base) throws IOException {
    try {
      if (!Files.isDirectory(base)) {
        Files.createDirectory(base);
      }
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(base)) { // else another worker was quicker
        throw e;
      }
    }
  }

  private static String help(Path base, IOException why) {
    Path above = base.toAbsolutePath().getParent();
    return above == null || Files.isDirectory(above) ? why.toString() : "make " + above + " first";
  }
}
