package org.millrace.runtimes.container;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what executors use: the engine is told to make each container's control group below one
 * of ours, which keeps its counters when the container is gone. Works where the engine makes
 * control groups itself, on this host, and this server may read and remove them; else nothing is
 * measured. Thread-safe.
 *
 * @param top where control groups are mounted
 * @param parent of all of ours, relative to the top
 * @param version of control groups: 1 or 2
 */
record UsageGroups(Path top, String parent, int version) {
  private static final Logger LOG = LoggerFactory.getLogger(UsageGroups.class);
  private static final Path USUAL = Path.of("/sys/fs/cgroup");
  private static final int MOST_TRIES = 20;
  private static final int MILLIS_BETWEEN_TRIES = 2;

  /** Nothing can be measured here. */
  static final UsageGroups NONE = new UsageGroups(Path.of("/"), "", 0);

  /**
   * What was used.
   *
   * @param cpuNanos -1 if not measured
   * @param peakMemory bytes, -1 if not measured
   * @param measuredBy {@code cgroup-v1}, {@code cgroup-v2} or {@code none}
   */
  record Used(long cpuNanos, long peakMemory, String measuredBy) {
    static final Used UNKNOWN = new Used(-1, -1, "none");
  }

  /** Looks at engine and host. */
  static UsageGroups find(
      EngineAddress address, String driver, String version, String installation) {
    String parent = "millrace-" + installation;
    if (!address.isLocal() || !"cgroupfs".equals(driver.toLowerCase(Locale.ROOT))) {
      return NONE;
    }
    if (version.equals("2")) {
      return Files.isWritable(USUAL) && Files.exists(USUAL.resolve("cgroup.controllers"))
          ? new UsageGroups(USUAL, parent, 2)
          : NONE;
    }
    boolean both =
        Files.isWritable(USUAL.resolve("memory")) && Files.isWritable(USUAL.resolve("cpuacct"));
    return both ? new UsageGroups(USUAL, parent, 1) : NONE;
  }

  /** What to tell the engine; empty if nothing is measured. */
  Optional<String> parentOf(String container) {
    return version == 0 ? Optional.empty() : Optional.of("/" + parent + "/" + container);
  }

  /** What a container used that has ended. */
  Used used(String container) {
    try {
      return switch (version) {
        case 1 ->
            new Used(
                number(folder("cpuacct", container).resolve("cpuacct.usage")),
                number(folder("memory", container).resolve("memory.max_usage_in_bytes")),
                "cgroup-v1");
        case 2 ->
            new Used(
                microseconds(top.resolve(parent).resolve(container).resolve("cpu.stat")) * 1000,
                peak(top.resolve(parent).resolve(container).resolve("memory.peak")),
                "cgroup-v2");
        default -> Used.UNKNOWN;
      };
    } catch (IOException | NumberFormatException unreadable) {
      LOG.debug("use of container {} cannot be read: {}", container, unreadable.toString());
      return Used.UNKNOWN;
    }
  }

  private Path folder(String controller, String container) {
    return top.resolve(controller).resolve(parent).resolve(container);
  }

  private static long number(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  /** The kernel tells it from 5.19 on. */
  private static long peak(Path file) throws IOException {
    return Files.exists(file) ? number(file) : -1;
  }

  private static long microseconds(Path stat) throws IOException {
    for (String line : Files.readAllLines(stat)) {
      if (line.startsWith("usage_usec ")) {
        return Long.parseLong(line.substring("usage_usec ".length()).strip());
      }
    }
    throw new IOException("no usage_usec in " + stat.getFileName());
  }

  /** Removes the groups of a container that is gone. */
  void remove(String container) throws InterruptedException {
    if (version == 0) {
      return;
    }
    for (Path hierarchy : hierarchies()) {
      Path group = hierarchy.resolve(parent).resolve(container);
      if (Files.exists(group, LinkOption.NOFOLLOW_LINKS)) {
        remove(group);
      }
    }
  }

  /** Removes the group of them all, where nothing is in it any more; it is made again by itself. */
  void removeParent() {
    if (version == 0) {
      return;
    }
    for (Path hierarchy : hierarchies()) {
      try {
        Files.deleteIfExists(hierarchy.resolve(parent));
      } catch (IOException busy) {
        LOG.debug("control group {} stays: {}", hierarchy.resolve(parent), busy.toString());
      }
    }
  }

  private List<Path> hierarchies() {
    if (version == 2) {
      return List.of(top);
    }
    var hierarchies = new ArrayList<Path>();
    try (DirectoryStream<Path> mounts = Files.newDirectoryStream(top)) {
      for (Path mount : mounts) {
        if (Files.isDirectory(mount, LinkOption.NOFOLLOW_LINKS)) { // cpu is a link to cpu,cpuacct
          hierarchies.add(mount);
        }
      }
    } catch (IOException unreadable) {
      LOG.debug("control groups cannot be listed: {}", unreadable.toString());
    }
    return hierarchies;
  }

  /** The kernel calls a group busy for a moment after its last process ended. */
  private static void remove(Path group) throws InterruptedException {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        try (DirectoryStream<Path> below = Files.newDirectoryStream(group, Files::isDirectory)) {
          for (Path child : below) {
            Files.deleteIfExists(child);
          }
        }
        Files.deleteIfExists(group);
        return;
      } catch (IOException busy) {
        LOG.trace("control group {} stays for now: {}", group, busy.toString());
      }
      Thread.sleep(MILLIS_BETWEEN_TRIES);
    }
    LOG.debug("control group {} stays", group);
  }
}
