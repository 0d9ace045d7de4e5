package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.millrace.engine.views.LogFolder.Stream;

/**
 * The two log files of one executor. They are appended to as bytes come, straight from a stream
 * that was attached before the start; or set right from the engine's own log, where that stream was
 * cut.
 */
final class LogFiles {
  private final Map<Stream, Path> files = new EnumMap<>(Stream.class);
  private final Map<Stream, Long> most = new EnumMap<>(Stream.class);

  LogFiles(ContainerAttempt attempt, int executor) {
    for (Stream stream : Stream.values()) {
      files.put(stream, attempt.log(executor, stream));
      most.put(stream, attempt.mostOf(executor, stream));
    }
  }

  private Path file(Stream stream) {
    Path file = files.get(stream);
    if (file == null) {
      throw new IllegalStateException("no file for " + stream);
    }
    return file;
  }

  /** How many more bytes of a stream are kept that has so many; what comes beyond is let go. */
  private int kept(Stream stream, long size, int length) {
    long room = most.getOrDefault(stream, Long.MAX_VALUE) - size;
    return Math.clamp(room, 0, length);
  }

  /** Makes both, empty. */
  void make() throws IOException {
    Files.createDirectories(file(Stream.STDOUT).getParent());
    for (Path file : files.values()) {
      Files.deleteIfExists(file); // and not what an output may share with it
      Files.createFile(file);
    }
  }

  /** Adds a line of ours to stderr. */
  void addToErrors(String line) throws IOException {
    Files.writeString(
        file(Stream.STDERR), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Takes whole streams as they come. */
  final class Appending implements Frames.Sink, AutoCloseable {
    private final Map<Stream, OutputStream> open = new EnumMap<>(Stream.class);
    private final Map<Stream, Long> sizes = new EnumMap<>(Stream.class);

    @Override
    public void write(Stream stream, byte[] bytes, int length) throws IOException {
      OutputStream out = open.get(stream);
      if (out == null) {
        out =
            Files.newOutputStream(
                file(stream), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        open.put(stream, out);
        sizes.put(stream, Files.size(file(stream)));
      }
      int kept = kept(stream, sizes.getOrDefault(stream, 0L), length);
      out.write(bytes, 0, kept);
      sizes.merge(stream, (long) kept, Long::sum);
    }

    @Override
    public void close() throws IOException {
      for (OutputStream out : open.values()) {
        out.close();
      }
    }
  }

  /**
   * Takes the engine's log from its beginning: compares it with what is there already, and adds the
   * rest. The engine's log is text: what was no UTF-8 comes as U+FFFD. So what matches and holds no
   * such sign is what the executor wrote, byte for byte; else {@link #isExact} says no, and the
   * file is as the engine's log has it.
   */
  final class CatchingUp implements Frames.Sink, AutoCloseable {
    private final Map<Stream, Side> sides = new EnumMap<>(Stream.class);

    @Override
    public void write(Stream stream, byte[] bytes, int length) throws IOException {
      Side side = sides.get(stream);
      if (side == null) {
        side = new Side(file(stream));
        sides.put(stream, side);
      }
      side.take(bytes, kept(stream, side.taken, length));
    }

    boolean isExact() {
      return sides.values().stream().allMatch(side -> side.exact);
    }

    @Override
    public void close() throws IOException {
      for (Side side : sides.values()) {
        side.close();
      }
    }
  }

  /** One stream that is caught up with. */
  private static final class Side implements AutoCloseable {
    private static final int[] REPLACEMENT = {0xef, 0xbf, 0xbd};

    private final FileChannel file;
    private final InputStream present;
    private long toCompare;
    private long taken;
    private long compared;
    private int matched;
    private boolean exact = true;

    Side(Path path) throws IOException {
      file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      toCompare = file.size();
      present = Files.newInputStream(path);
    }

    void take(byte[] bytes, int length) throws IOException {
      taken += length;
      int known = (int) Math.min(length, toCompare - compared);
      int same = known == 0 ? 0 : same(bytes, known);
      compared += same;
      if (same < known) {
        exact = false;
        toCompare = compared;
        file.truncate(compared);
      }
      if (same < length) {
        append(bytes, same, length);
      }
    }

    private int same(byte[] bytes, int length) throws IOException {
      byte[] there = present.readNBytes(length);
      int difference = Arrays.mismatch(bytes, 0, there.length, there, 0, there.length);
      return difference < 0 ? there.length : difference;
    }

    private void append(byte[] bytes, int from, int to) throws IOException {
      lookForReplacements(bytes, from, to);
      var buffer = ByteBuffer.wrap(bytes, from, to - from);
      while (buffer.hasRemaining()) {
        file.write(buffer, file.size());
      }
    }

    private void lookForReplacements(byte[] bytes, int from, int to) {
      for (int i = from; exact && i < to; i++) {
        int value = bytes[i] & 0xff;
        matched = value == REPLACEMENT[matched] ? matched + 1 : value == REPLACEMENT[0] ? 1 : 0;
        exact = matched < REPLACEMENT.length;
      }
    }

    @Override
    public void close() throws IOException {
      try (file) {
        present.close();
      }
    }
  }
}
