package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files of control groups: one write is one command to the kernel. */
final class GroupFiles {
  private static final Logger LOG = LoggerFactory.getLogger(GroupFiles.class);

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

  /** Removes a group and those below it. Its files go with it: it is no ordinary folder. */
  static void remove(Path group) {
    try (DirectoryStream<Path> below = Files.newDirectoryStream(group, Files::isDirectory)) {
      below.forEach(GroupFiles::remove);
      Files.delete(group);
    } catch (IOException inUse) {
      LOG.debug("control group {} stays: {}", group, inUse.toString());
    }
  }
}
