package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.millrace.runtimes.local.Journal.Begun;
import org.millrace.runtimes.local.Supervision.Belongings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the disk an attempt holds, as far as that can be told: its folder, its logs, and
 * files that its processes have open and nobody else can see any more.
 *
 * @param logs the folder of its logs
 */
record HeldDisk(AttemptFolder place, Path logs, Belongings belongings, HostPrograms programs)
    implements DiskFloor.Scales {
  private static final Logger LOG = LoggerFactory.getLogger(HeldDisk.class);
  private static final Duration LONGEST_MEASURE = Duration.ofSeconds(10);
  private static final Path PROC = Path.of("/proc");
  private static final String UNLINKED = " (deleted)";

  @Override
  public long heldBytes() throws InterruptedException {
    long inFolders = inFolders();
    return inFolders == Long.MAX_VALUE ? inFolders : inFolders + unlinked();
  }

  /** {@code du} copes with whatever a task nests, and counts a file once that has two names. */
  private long inFolders() throws InterruptedException {
    try {
      Process du =
          new ProcessBuilder(
                  programs.path("du"), "-skxc", "--", place.folder().toString(), logs.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        if (!du.waitFor(LONGEST_MEASURE.toMillis(), TimeUnit.MILLISECONDS)) {
          return Long.MAX_VALUE; // so many files that they cannot be counted
        }
        String lines =
            new String(du.getInputStream().readNBytes(4096), StandardCharsets.ISO_8859_1);
        String total = lines.lines().reduce("0", (_, last) -> last);
        return Math.multiplyExact(Long.parseLong(total.split("\\s", 2)[0]), 1024L);
      } finally {
        du.destroyForcibly();
      }
    } catch (IOException | NumberFormatException | ArithmeticException unknown) {
      LOG.debug("attempt={} cannot be measured: {}", place.name(), unknown.toString());
      return 0;
    }
  }

  private long unlinked() {
    Map<Object, Long> bytes = new HashMap<>();
    processes().forEach(pid -> addUnlinked(pid, bytes));
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  private Set<Long> processes() {
    Set<Long> pids = new HashSet<>(belongings.pids());
    if (place.journal().begun() instanceof Begun.By by && ProcessTree.isThisBoot(by.boot())) {
      pids.addAll(ProcessTree.below(by.pid()));
    }
    return pids;
  }

  private void addUnlinked(long pid, Map<Object, Long> bytes) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
      long disk = (Long) Files.getAttribute(place.folder(), "unix:dev");
      for (Path file : open) {
        if (Files.readSymbolicLink(file).toString().endsWith(UNLINKED)
            && Files.isRegularFile(file)
            && disk == (Long) Files.getAttribute(file, "unix:dev")) {
          bytes.put(Files.getAttribute(file, "unix:ino"), Files.size(file));
        }
      }
    } catch (IOException | DirectoryIteratorException gone) {
      LOG.debug("process {} is not looked into: {}", pid, gone.toString());
    }
  }
}
