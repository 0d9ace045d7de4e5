package org.millrace.engine.staging;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a log, for the record. */
public final class Tail {
  private static final Logger LOG = LoggerFactory.getLogger(Tail.class);

  private Tail() {}

  /**
   * The last bytes of a file as text; a character cut in two is left out, bad ones are replaced.
   * Empty where there is no file, or it cannot be read: a task may have seen to that.
   *
   * @param most bytes
   */
  public static String of(Path file, int most) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (var access = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, access.length() - most);
      byte[] bytes = new byte[(int) (access.length() - from)];
      access.seek(from);
      int read = Math.max(0, access.read(bytes));
      int begin = 0;
      while (from > 0 && begin < Math.min(3, read) && (bytes[begin] & 0xc0) == 0x80) {
        begin++;
      }
      return new String(bytes, begin, read - begin, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      LOG.debug("no tail of {}: {}", file, unreadable.toString());
      return "";
    }
  }
}
