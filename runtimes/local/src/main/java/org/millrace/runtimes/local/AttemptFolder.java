package org.millrace.runtimes.local;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.staging.FolderRemoval;

/**
 * The folder of one attempt: the task's tree, and the marks by which servers and supervisor, which
 * may never have met, agree. Few files, because on a disk that is nearly full of them each new one
 * takes longer than all the rest.
 */
record AttemptFolder(Path folder) {
  /** Stopped because somebody asked for it. */
  static final String ASKED = "";

  /** Stopped because it filled the disk. */
  static final String DISK_FULL = "disk-full";

  private static final String REMOVED = ".removed";
  private static final int MOST_OF_A_MARK = 1 << 20;
  private static final int LONGEST_HEAD = 256;

  /** The first line of a script: slot, whether control groups count, and the boot. */
  private static final Pattern HEAD = Pattern.compile("# (\\d{1,9}) (true|false) (\\S+)\n");

  String name() {
    return folder.getFileName().toString();
  }

  Path root() {
    return folder.resolve("root");
  }

  /** What the supervisor does. That it is there means that all else is in its place. */
  Path script() {
    return folder.resolve("run.sh");
  }

  Path journalFile() {
    return folder.resolve("journal");
  }

  /** What the isolation tells of itself. */
  Path status(int executor) {
    return folder.resolve("status." + executor);
  }

  /** What the shell around a command tells. */
  Path told(int executor) {
    return folder.resolve("told." + executor);
  }

  Path sampled(int executor) {
    return folder.resolve("sampled." + executor);
  }

  Path notesFile() {
    return folder.resolve("notes");
  }

  private Path cancelFile() {
    return folder.resolve("cancel");
  }

  private Path inputsFile() {
    return folder.resolve("inputs");
  }

  boolean exists() {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
  }

  boolean isPrepared() {
    return slot().isPresent();
  }

  boolean isCancelled() {
    return Files.exists(cancelFile());
  }

  /** Whether it is decided already whether this attempt runs. */
  boolean isDecided() {
    return Files.exists(journalFile());
  }

  Journal journal() {
    return read(journalFile()).map(Journal::parse).orElse(Journal.NONE);
  }

  /** Decides that this attempt never starts, unless it was decided before; true if this did. */
  boolean decideNever(String why) throws IOException {
    Files.createDirectories(folder);
    try {
      Files.writeString(journalFile(), why + "\n", StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException decided) {
      return false;
    }
  }

  /** From now on the supervisor starts no further executor. The first reason stays. */
  void markCancelled(String why) throws IOException {
    if (!isCancelled()) {
      Files.writeString(cancelFile(), why);
    }
  }

  /** Whether it was stopped because it filled the disk. */
  boolean isStoppedForDisk() {
    return textOf(cancelFile()).equals(DISK_FULL);
  }

  /** Closes the task's tree to everybody else; nothing of the task runs any more. */
  void takeBackRoot() throws IOException {
    Files.setPosixFilePermissions(root(), OthersMay.NOTHING);
    if (TaskUser.serverUid() == 0) {
      Files.setAttribute(root(), "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** How many executors have begun. */
  int begun() {
    int ended = journal().exits().size();
    return Files.exists(status(ended)) ? ended + 1 : ended;
  }

  /** Keeps what only an executor is to see. Before {@link #markPrepared}. */
  void hide(int executor, String text) throws IOException {
    writePrivately(folder.resolve("hidden." + executor), text);
  }

  /**
   * Notes that everything is in its place.
   *
   * @param slot which this attempt has
   * @param inputs that were brought in
   */
  void markPrepared(String script, Slots.Taken slot, List<StoredFile> inputs) throws IOException {
    if (!inputs.isEmpty()) {
      writeInputs(inputs);
    }
    Path half = folder.resolve("run.half");
    String head = "# " + slot.slot() + " " + slot.counted() + " " + ProcessTree.bootId() + "\n";
    writePrivately(half, head + script);
    force(half); // else a power failure may leave an empty file of that name
    Files.move(half, script(), StandardCopyOption.ATOMIC_MOVE);
    force(folder);
  }

  /** Takes back that everything is in its place, and the slot with it. */
  void unmarkPrepared() throws IOException {
    Files.deleteIfExists(script());
  }

  /**
   * Removes all of it; nothing of the task runs any more. It loses its name first: a supervisor
   * that vouches for its end, or one that a server started with its last breath, may still write to
   * it by that name.
   */
  void remove() throws IOException {
    Path nameless = nameless();
    FolderRemoval.remove(nameless); // what an earlier removal left
    try {
      Files.move(folder, nameless, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException done) {
      return; // by an earlier removal, or by another at the same time
    }
    FolderRemoval.remove(nameless);
  }

  /** Whether only what an interrupted removal left is there, of which nothing runs. */
  boolean isHalfRemoved() {
    return !exists() && Files.exists(nameless(), LinkOption.NOFOLLOW_LINKS);
  }

  /** Where it lies while it is removed. */
  Path nameless() {
    return folder.resolveSibling(name() + REMOVED);
  }

  /** The attempt to which a folder belongs, one too that lost its name but was not removed. */
  static AttemptFolder of(Path folder) {
    String name = folder.getFileName().toString();
    return name.endsWith(REMOVED)
        ? new AttemptFolder(
            folder.resolveSibling(name.substring(0, name.length() - REMOVED.length())))
        : new AttemptFolder(folder);
  }

  private static void force(Path fileOrFolder) throws IOException {
    try (var channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, PosixFilePermissions.asFileAttribute(OthersMay.NOTHING_WITH_FILE));
    Files.writeString(file, text);
  }

  /** The slot that a prepared attempt has. */
  Optional<Slots.Taken> slot() {
    return head().map(Head::slot);
  }

  /** Whether it was prepared before the machine was started the last time. */
  boolean isOfAnEarlierBoot() {
    return head().filter(head -> !ProcessTree.isThisBoot(head.boot())).isPresent();
  }

  /** What stands at the head of a prepared attempt's script. */
  private record Head(Slots.Taken slot, String boot) {}

  /** Empty if the script is not there, or is no script of ours: whoever damaged it. */
  private Optional<Head> head() {
    try (var in = Files.newInputStream(script())) {
      Matcher head = HEAD.matcher(new String(in.readNBytes(LONGEST_HEAD), StandardCharsets.UTF_8));
      return head.lookingAt()
          ? Optional.of(
              new Head(
                  new Slots.Taken(
                      Integer.parseInt(head.group(1)), Boolean.parseBoolean(head.group(2))),
                  head.group(3)))
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private void writeInputs(List<StoredFile> inputs) throws IOException {
    try (var out = new DataOutputStream(Files.newOutputStream(inputsFile()))) {
      out.writeInt(inputs.size());
      for (StoredFile input : inputs) {
        write(out, input.url());
        write(out, input.path());
        out.writeLong(input.size());
        write(out, input.sha256().orElse(""));
      }
    }
  }

  /** The inputs that were brought into a prepared attempt. */
  List<StoredFile> inputs() throws IOException {
    var inputs = new ArrayList<StoredFile>();
    try (var in = new DataInputStream(Files.newInputStream(inputsFile()))) {
      for (int left = in.readInt(); left > 0; left--) {
        inputs.add(
            new StoredFile(
                read(in),
                read(in),
                in.readLong(),
                Optional.of(read(in)).filter(s -> !s.isEmpty())));
      }
      return inputs;
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String read(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  void addNote(String line) throws IOException {
    Files.writeString(
        notesFile(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** What a mark holds so far; nothing if there is none. */
  static String textOf(Path mark) {
    return read(mark).orElse("");
  }

  private static Optional<String> read(Path mark) {
    return PatientRead.bytes(mark, MOST_OF_A_MARK)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
