package org.millrace.runtimes.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is noted of an attempt's run, in one file that is only ever appended to. Its first line
 * decides whether the attempt runs, because only one can create the file: a supervisor that goes
 * on, or a server that forbids it. Then follow a line for each executor that ended, and one for the
 * end. A line counts once its newline is there.
 *
 * @param begun what the first line says
 * @param exits of the executors that ended, in order
 * @param end what the supervisor noted of its own end, if all before it can be read
 */
record Journal(Begun begun, List<ExitRecord> exits, End end) {
  /** The word of a server that cancelled before anything started. */
  static final String CANCELLED = "cancelled";

  /** The word of a server that found nothing started where something should have been. */
  static final String NEVER_STARTED = "never-started";

  /** The word of a server that found no journal of what another boot had prepared. */
  static final String RESTARTED = "restarted";

  /** In the line of an end: what was left may not be on the disk yet. */
  static final String UNSAFE = "unsafe";

  /** The line after that: now it is. */
  static final String SAFE = "safe";

  private static final Set<String> WORDS = Set.of(CANCELLED, NEVER_STARTED, RESTARTED);
  private static final String BY = "by ";
  private static final String EXIT = "exit ";
  private static final String END = "end ";

  /** Who decided whether the attempt runs. */
  sealed interface Begun {

    /** Nobody yet. */
    record NotYet() implements Begun {}

    /** Somebody, who is about to say so. */
    record Deciding() implements Begun {}

    /** A server, that it never does; {@code why} in one word. */
    record Never(String why) implements Begun {}

    /**
     * A supervisor.
     *
     * @param born when, in the kernel's ticks: with the pid, it names one process of one boot
     * @param uptime seconds from the boot until it began
     */
    record By(long pid, long born, String boot, double uptime) implements Begun {}
  }

  /** What a supervisor noted of its own end. */
  enum End {
    /** Nothing yet. */
    NONE,
    /** That it ended, and no more: what it wrote may go with the power. */
    UNSAFE,
    /** That it ended, when all that it vouches for was on the disk. */
    SAFE
  }

  /** Of an attempt without a journal. */
  static final Journal NONE = new Journal(new Begun.NotYet(), List.of(), End.NONE);

  Journal {
    exits = List.copyOf(exits);
  }

  /** Whether the supervisor noted its own end. */
  boolean ended() {
    return end != End.NONE;
  }

  /**
   * Reads the text of a journal that exists. A line that cannot be read is the end of what is
   * known: whatever follows it, the supervisor's end does not count as noted.
   */
  static Journal parse(String text) {
    List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    if (lines.isEmpty()) {
      return new Journal(new Begun.Deciding(), List.of(), End.NONE);
    }
    List<ExitRecord> exits = new ArrayList<>();
    int at = 1;
    for (Optional<ExitRecord> exit = exit(lines, at); exit.isPresent(); exit = exit(lines, at)) {
      exits.add(exit.get());
      at++;
    }
    return new Journal(begun(lines.getFirst()), exits, end(lines.subList(at, lines.size())));
  }

  private static Optional<ExitRecord> exit(List<String> lines, int at) {
    return at < lines.size() && lines.get(at).startsWith(EXIT)
        ? ExitRecord.parse(lines.get(at).substring(EXIT.length()))
        : Optional.empty();
  }

  private static End end(List<String> rest) {
    if (rest.isEmpty() || !rest.getFirst().startsWith(END)) {
      return End.NONE;
    }
    boolean vouchedFor = rest.size() > 1 && rest.get(1).equals(SAFE);
    return vouchedFor || !rest.getFirst().endsWith(" " + UNSAFE) ? End.SAFE : End.UNSAFE;
  }

  private static Begun begun(String line) {
    return WORDS.contains(line)
        ? new Begun.Never(line)
        : supervisor(line.startsWith(BY) ? line.substring(BY.length()) : "");
  }

  /**
   * After a power failure there may be anything in it; then it is of another boot, whatever else.
   */
  private static Begun.By supervisor(String text) {
    String[] words = text.split(" ", -1);
    try {
      return new Begun.By(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          words[2],
          Double.parseDouble(words[3]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException damaged) {
      return new Begun.By(0, 0, "damaged", 0);
    }
  }
}
