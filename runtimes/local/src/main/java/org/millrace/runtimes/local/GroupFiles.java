package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files of control groups: one write is one command to the kernel. */
final class GroupFiles {
  private static final Logger LOG = LoggerFactory.getLogger(GroupFiles.class);

  private static final int MOST_TRIES = 50;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(2);

  private GroupFiles() {}

  static void write(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
  }

  static void writeIfThere(Path file, String text) throws IOException {
    if (Files.exists(file)) {
      write(file, text);
    }
  }

  static void make(Path group) throws IOException {
    try {
      Files.createDirectory(group);
    } catch (FileAlreadyExistsException before) {
      LOG.debug("control group {} is left from before and used again", group);
    }
  }

  /**
   * Removes a group and those below it, unless something runs there. Its files go with it: it is no
   * ordinary folder. The kernel calls a group busy for a moment after its last process ended.
   */
  static void remove(Path group) {
    if (!Files.exists(group)) {
      return;
    }
    try {
      try (DirectoryStream<Path> below = Files.newDirectoryStream(group, Files::isDirectory)) {
        below.forEach(GroupFiles::remove);
      }
      for (int tries = 1; !isRemoved(group) && tries < MOST_TRIES; tries++) {
        Thread.sleep(BETWEEN_TRIES);
      }
    } catch (IOException gone) {
      LOG.debug("control group {}: {}", group, gone.toString());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes the groups whose name is a prefix and a number that is not below another. */
  static void removeNumbered(Path top, String prefix, int lowest) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(top, prefix + "*")) {
      for (Path group : groups) {
        String number = group.getFileName().toString().substring(prefix.length());
        if (number.matches("[0-9]{1,9}") && Integer.parseInt(number) >= lowest) {
          found.add(group);
        }
      }
    } catch (IOException unreadable) {
      LOG.debug("control groups in {}: {}", top, unreadable.toString());
    }
    found.forEach(GroupFiles::remove);
  }

  private static boolean isRemoved(Path group) {
    try {
      Files.delete(group);
      return true;
    } catch (IOException busy) {
      LOG.debug("control group {} stays for now: {}", group, busy.toString());
      return false;
    }
  }
}
