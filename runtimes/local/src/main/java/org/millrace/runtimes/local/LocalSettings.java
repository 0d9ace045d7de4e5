package org.millrace.runtimes.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.millrace.domain.task.Resources;
import org.millrace.runtimes.local.ControlGroups.SlotLimits;

/**
 * What both runtimes of this host have in common.
 *
 * @param site names this host and work folder; handles carry it
 * @param workFolder where attempts and logs lie; made if it does not exist
 * @param user as whom tasks run when the server is root; otherwise they run as the server does
 * @param slots most attempts at once, each runtime for itself
 * @param cpuCores most cores one task may ask for; what a task has that asks for none
 * @param ramBytes most memory one task may ask for; what a task has that asks for none
 * @param mostProcesses processes and threads that one attempt may have
 * @param tailBytes how much of a stream goes into the record
 * @param diskFloor bytes to be left free on the disk of the work folder: below them nothing is
 *     staged, and the attempt that holds most of the disk is stopped; 0 for no floor
 * @param logLimit bytes of each stream that are kept as a log
 * @param controlGroupParent group below which ours are made, relative to the top of the hierarchy;
 *     empty for the top itself
 */
public record LocalSettings(
    String site,
    Path workFolder,
    TaskUser user,
    int slots,
    int cpuCores,
    long ramBytes,
    int mostProcesses,
    int tailBytes,
    long diskFloor,
    long logLimit,
    Optional<String> controlGroupParent) {
  private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9/._@:-]+");

  public LocalSettings {
    if (site.isBlank()) {
      throw new IllegalArgumentException("runtimes.site: a name for this host");
    }
    if (slots < 1 || cpuCores < 1 || mostProcesses < 16) {
      throw new IllegalArgumentException(
          "runtimes: at least 1 slot, 1 core and 16 processes, not "
              + slots
              + ", "
              + cpuCores
              + " and "
              + mostProcesses);
    }
    if (ramBytes < (16 << 20) || tailBytes < 0 || tailBytes > (1 << 20)) {
      throw new IllegalArgumentException(
          "runtimes: at least 16 MiB of memory, and at most 1 MiB of log tail");
    }
    if (diskFloor < 0 || logLimit < tailBytes || logLimit < 1) {
      throw new IllegalArgumentException(
          "runtimes.disk-floor: not below 0; runtimes.log-limit: at least sandbox.log-tail-bytes");
    }
    if (controlGroupParent.filter(path -> !GROUP.matcher(path).matches()).isPresent()) {
      throw new IllegalArgumentException(
          "runtimes.control-group-parent: letters, digits and the signs / . _ @ : -");
    }
    workFolder = workFolder.toAbsolutePath().normalize();
  }

  /** What an attempt of a task that asks for so much may use. */
  SlotLimits limits(Resources asked) {
    return new SlotLimits(
        asked.cpuCores().orElse(cpuCores), asked.ramBytes().orElse(ramBytes), mostProcesses);
  }
}
