package org.millrace.runtimes.local;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.StoredFile;

/**
 * The folder of one attempt: the task's tree, and the marks by which servers and supervisor, which
 * may never have met, agree. Marks are only ever made, never changed; a mark that holds text is
 * whole only when that ends in a newline.
 */
record AttemptFolder(Path folder) {

  /** Who decided whether this attempt runs. */
  sealed interface Started {

    /** Nobody yet. */
    record NotYet() implements Started {}

    /** Somebody is about to say so. */
    record Deciding() implements Started {}

    /** A server, that it never will; {@code why} in one word. */
    record Never(String why) implements Started {}

    /**
     * A supervisor.
     *
     * @param born when, in the kernel's ticks: with the pid, names one process of one boot
     * @param uptime seconds since the boot, when it began
     */
    record By(long pid, long born, String boot, double uptime) implements Started {}
  }

  private static final int MOST_OF_A_MARK = 64 * 1024;

  /** The word of a server that cancelled before anything started. */
  static final String CANCELLED = "cancelled";

  /** The word of a server that found nothing started, and that it should have been. */
  static final String NEVER_STARTED = "never-started";

  String name() {
    return folder.getFileName().toString();
  }

  Path root() {
    return folder.resolve("root");
  }

  Path script() {
    return folder.resolve("run.sh");
  }

  Path supervisorLog() {
    return folder.resolve("supervisor.log");
  }

  Path exit(int executor) {
    return folder.resolve("exit." + executor);
  }

  Path status(int executor) {
    return folder.resolve("status." + executor);
  }

  Path told(int executor) {
    return folder.resolve("told." + executor);
  }

  Path sampled(int executor) {
    return folder.resolve("sampled." + executor);
  }

  Path done() {
    return folder.resolve("done");
  }

  Path cancel() {
    return folder.resolve("cancel");
  }

  Path notesFile() {
    return folder.resolve("notes");
  }

  Path startedFile() {
    return folder.resolve("started");
  }

  private Path preparedFile() {
    return folder.resolve("prepared");
  }

  private Path slotFile() {
    return folder.resolve("slot");
  }

  boolean exists() {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
  }

  boolean isDone() {
    return line(done()).isPresent();
  }

  boolean isCancelled() {
    return Files.exists(cancel());
  }

  boolean isPrepared() {
    return Files.exists(preparedFile());
  }

  /** Whether it is decided already whether this attempt runs. */
  boolean isDecided() {
    return Files.exists(startedFile());
  }

  Started started() {
    if (!isDecided()) {
      return new Started.NotYet();
    }
    Optional<String> line = line(startedFile());
    if (line.isEmpty()) {
      return new Started.Deciding();
    }
    String[] words = line.get().split(" ", -1);
    return words.length == 4
        ? new Started.By(
            Long.parseLong(words[0]),
            Long.parseLong(words[1]),
            words[2],
            Double.parseDouble(words[3]))
        : new Started.Never(words[0]);
  }

  /** Decides that this attempt never starts, unless it was decided before; true if this did. */
  boolean decideNever(String why) throws IOException {
    Files.createDirectories(folder);
    try {
      Files.writeString(startedFile(), why + "\n", StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException decided) {
      return false;
    }
  }

  /** From now on the supervisor starts no further executor. */
  void markCancelled() throws IOException {
    try {
      Files.createFile(cancel());
    } catch (FileAlreadyExistsException before) {
      return; // once is enough
    }
  }

  /** Notes that everything is in its place, and which inputs were brought in. */
  void markPrepared(List<StoredFile> inputs) throws IOException {
    Path half = folder.resolve("prepared.half");
    try (var out = new DataOutputStream(Files.newOutputStream(half))) {
      out.writeInt(inputs.size());
      for (StoredFile input : inputs) {
        write(out, input.url());
        write(out, input.path());
        out.writeLong(input.size());
        write(out, input.sha256().orElse(""));
      }
    }
    Files.move(half, preparedFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The inputs that were brought in. */
  List<StoredFile> inputs() throws IOException {
    var inputs = new ArrayList<StoredFile>();
    try (var in = new DataInputStream(Files.newInputStream(preparedFile()))) {
      for (int left = in.readInt(); left > 0; left--) {
        inputs.add(
            new StoredFile(
                read(in),
                read(in),
                in.readLong(),
                Optional.of(read(in)).filter(s -> !s.isEmpty())));
      }
    }
    return inputs;
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String read(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  /** How many executors have begun. */
  int begun() {
    int executor = 0;
    while (Files.exists(status(executor)) || Files.exists(exit(executor))) {
      executor++;
    }
    return executor;
  }

  void noteSlot(Slots.Taken slot) throws IOException {
    Files.writeString(slotFile(), slot.slot() + " " + slot.counted() + "\n");
  }

  Optional<Slots.Taken> slot() {
    return line(slotFile())
        .map(line -> line.split(" ", -1))
        .map(words -> new Slots.Taken(Integer.parseInt(words[0]), Boolean.parseBoolean(words[1])));
  }

  void addNote(String line) throws IOException {
    Files.writeString(
        notesFile(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** The first line of a mark, if the mark is whole. */
  static Optional<String> line(Path mark) {
    String text = textOf(mark);
    int end = text.indexOf('\n');
    return end < 0 ? Optional.empty() : Optional.of(text.substring(0, end));
  }

  /** What a mark holds so far; nothing if there is none. Marks are small. */
  static String textOf(Path mark) {
    try (var in = Files.newInputStream(mark)) {
      return new String(in.readNBytes(MOST_OF_A_MARK), StandardCharsets.UTF_8);
    } catch (NoSuchFileException none) {
      return "";
    } catch (IOException unreadable) {
      throw new UncheckedIOException("an attempt's mark cannot be read", unreadable);
    }
  }
}
