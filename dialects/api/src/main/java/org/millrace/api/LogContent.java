package org.millrace.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.http.FilePiece;
import org.millrace.http.SizedContent;

/**
 * A log, or its end, as it is at this moment.
 *
 * @param from where in the log it begins, in bytes
 */
record LogContent(Log log, long from, long size) implements SizedContent {

  /** All of it, or so many bytes of its end; a character may be cut in two there. */
  static LogContent of(Log log, OptionalLong tail) throws IOException {
    long all =
        switch (log) {
          case Log.Whole(Path file) -> Files.size(file);
          case Log.Tail(String text) -> text.getBytes(StandardCharsets.UTF_8).length;
        };
    long size = Math.min(all, tail.orElse(all));
    return new LogContent(log, all - size, size);
  }

  /**
   * Copies a piece.
   *
   * @throws Refusal unavailable: it has been put elsewhere since its size was told
   */
  @Override
  public void copy(long first, long length, OutputStream out)
      throws IOException, InterruptedException {
    switch (log) {
      case Log.Whole(Path file) -> copy(file, first, length, out);
      case Log.Tail(String text) ->
          out.write(
              text.getBytes(StandardCharsets.UTF_8),
              Math.toIntExact(from + first),
              Math.toIntExact(length));
    }
  }

  private void copy(Path file, long first, long length, OutputStream out)
      throws IOException, InterruptedException {
    try {
      if (FilePiece.copy(file, from + first, length, out) < length) {
        throw new EOFException("a log became shorter while it was sent");
      }
    } catch (NoSuchFileException _) {
      throw new Refusal(
          new Failure.Unavailable("the log is just being put elsewhere", Duration.ofSeconds(1)));
    }
  }
}
