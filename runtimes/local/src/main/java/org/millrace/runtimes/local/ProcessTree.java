package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds and ends processes of this host, as {@code /proc} tells of them. */
final class ProcessTree {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);
  private static final int LONGEST_STAT = 4096;
  private static final int LONGEST_LIST = 64 << 20;
  private static final Path PROC = Path.of("/proc");

  private ProcessTree() {}

  /**
   * What the kernel says of a process.
   *
   * @param name of the program, as the kernel keeps it
   * @param state one letter; Z and X are dead
   * @param session number of its session's leader
   * @param born when, in the kernel's ticks since the boot
   */
  record Stat(String name, char state, long session, long born) {
    boolean isDead() {
      return state == 'Z' || state == 'X';
    }
  }

  /** Reads a process's line; empty if there is no such process, or none that we may know of. */
  static Optional<Stat> stat(long pid) {
    return PatientRead.ofProcess(PROC.resolve(pid + "/stat"), LONGEST_STAT)
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
        .filter(line -> line.contains(") "))
        .map(ProcessTree::parse);
  }

  private static Stat parse(String line) {
    String name = line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'));
    String[] words =
        line.substring(line.lastIndexOf(')') + 2).split(" ", -1); // names hold anything
    return new Stat(name, words[0].charAt(0), Long.parseLong(words[3]), Long.parseLong(words[19]));
  }

  /** Whether the process of that number and birth is alive. */
  static boolean isAlive(long pid, long born) {
    return stat(pid).filter(stat -> stat.born() == born && !stat.isDead()).isPresent();
  }

  /**
   * The boot that this is, of the machine and of the container that this may be in: the kernel's
   * word, and the birth of the first process where that can be seen. What was noted in another is
   * gone, and its numbers are others' now.
   */
  static String bootId() throws IOException {
    String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    return stat(1).map(first -> boot + "." + first.born()).orElse(boot);
  }

  /** Whether something was noted in the boot that this is. */
  static boolean isThisBoot(String boot) {
    try {
      return bootId().equals(boot);
    } catch (IOException noProc) {
      throw new UncheckedIOException("the local runtimes need /proc", noProc);
    }
  }

  /** Everything below a process, by descent. */
  static Set<Long> below(long pid) {
    var found = new HashSet<Long>();
    ProcessHandle.of(pid)
        .ifPresent(it -> it.descendants().forEach(child -> found.add(child.pid())));
    return found;
  }

  /** The processes that a control group's file lists. */
  static Set<Long> members(String file) {
    var found = new HashSet<Long>();
    PatientRead.bytes(Path.of(file), LONGEST_LIST)
        .ifPresent(bytes ->
            new String(bytes, StandardCharsets.US_ASCII)
                .lines()
                .forEach(line -> found.add(Long.valueOf(line.strip()))));
    return found;
  }

  /**
   * The processes of a session. None if its number is another process's by now: the kernel gives a
   * number away only after the last process of the session that had it.
   *
   * @param born of the session's first process, in ticks since the boot
   * @param uid whose they must be
   */
  static Set<Long> ofSession(long session, long born, int uid) {
    if (stat(session).filter(leader -> leader.born() != born).isPresent()) {
      return Set.of();
    }
    return having(pid ->
        stat(pid)
                .filter(it -> it.session() == session && it.born() >= born && !it.isDead())
                .isPresent()
            && isOwnedBy(pid, uid));
  }

  private static boolean isOwnedBy(long pid, int uid) {
    try {
      return Integer.valueOf(uid).equals(Files.getAttribute(PROC.resolve(pid + ""), "unix:uid"));
    } catch (IOException gone) {
      return false;
    }
  }

  /** The processes that were started with a variable. They may have left session and parent. */
  static Set<Long> withVariable(String name, String value) {
    String wanted = name + "=" + value;
    return having(pid -> texts(pid, "environ").contains(wanted));
  }

  /**
   * The processes that run one of some programs, as one of some users, with an argument of the same
   * kind: others may well have named it to a program of theirs.
   */
  static Set<Long> running(Set<String> programs, Set<Integer> uids, String argument) {
    return having(pid ->
        stat(pid).filter(it -> programs.contains(it.name()) && !it.isDead()).isPresent()
            && uids.stream().anyMatch(uid -> isOwnedBy(pid, uid))
            && texts(pid, "cmdline").contains(argument));
  }

  private static List<String> texts(long pid, String file) {
    try {
      byte[] bytes = Files.readAllBytes(PROC.resolve(pid + "/" + file));
      return Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException goneOrNotOurs) {
      return List.of();
    }
  }

  private static Set<Long> having(Predicate<Long> property) {
    var found = new HashSet<Long>();
    long self = ProcessHandle.current().pid();
    try (Stream<Path> entries = Files.list(PROC)) {
      entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::valueOf)
          .filter(pid -> pid != self)
          .filter(property)
          .forEach(found::add);
    } catch (IOException noProc) {
      LOG.warn("processes cannot be listed: {}", noProc.toString());
    }
    return found;
  }

  /** Kills processes at once, those that are gone or not ours to kill excepted. */
  static void kill(Set<Long> pids) {
    for (long pid : pids) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
