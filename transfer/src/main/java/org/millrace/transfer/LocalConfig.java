package org.millrace.transfer;

import java.nio.file.Path;
import java.util.List;

/**
 * Where plain paths and {@code file} URLs may lead ({@code transfer.local.*}).
 *
 * @param readRoots {@code read-roots}: folders below which may be read; empty: none
 * @param writeRoots {@code write-roots}: folders below which may be written; empty: none
 */
public record LocalConfig(List<Path> readRoots, List<Path> writeRoots) {

  /** Nothing is allowed. */
  public static final LocalConfig DEFAULT = new LocalConfig(List.of(), List.of());

  static final String READ_ROOTS = "transfer.local.read-roots";
  static final String WRITE_ROOTS = "transfer.local.write-roots";

  /**
   * Refuses bad values.
   *
   * @throws IllegalArgumentException naming the key and the folder
   */
  public LocalConfig {
    readRoots = absolute(READ_ROOTS, readRoots);
    writeRoots = absolute(WRITE_ROOTS, writeRoots);
  }

  private static List<Path> absolute(String key, List<Path> roots) {
    for (Path root : roots) {
      if (!root.isAbsolute()) {
        throw new IllegalArgumentException(key + ": '" + root + "' must be an absolute path");
      }
    }
    return roots.stream().map(Path::normalize).distinct().toList();
  }
}
