package org.millrace.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.millrace.runtimes.local.LocalSettings;
import org.millrace.runtimes.local.SandboxSettings;
import org.millrace.runtimes.local.SandboxSettings.Network;
import org.millrace.runtimes.local.TaskUser;

/**
 * The runtimes of this host.
 *
 * @param processAllowed whether tasks may run without isolation
 * @param slots tasks at once, in each of them
 * @param tailBytes of each stream kept in the record
 * @param workFolder where attempts and logs lie; {@code work} in the data folder if empty
 * @param diskFloor bytes that tasks leave free on its disk
 * @param logLimit bytes of each stream kept as a log
 * @param controlGroupParent the group below which theirs are made
 */
public record HostSection(
    SandboxSettings sandbox,
    boolean processAllowed,
    int slots,
    TaskUser user,
    int cpuCores,
    long ramBytes,
    int mostProcesses,
    int tailBytes,
    Optional<Path> workFolder,
    long diskFloor,
    long logLimit,
    Optional<String> controlGroupParent) {

  /** The same, for one host and data folder. */
  public LocalSettings settings(String site, Path data) {
    return new LocalSettings(
        site,
        workFolder.orElse(data.resolve("work")),
        user,
        slots,
        cpuCores,
        ramBytes,
        mostProcesses,
        tailBytes,
        diskFloor,
        logLimit,
        controlGroupParent);
  }

  static HostSection read(SettingsReader read) {
    int processors = Runtime.getRuntime().availableProcessors();
    Network network = read.choice("sandbox.network", Network.class, Network.NONE);
    List<Path> programs = read.paths("sandbox.programs");
    TaskUser usual = TaskUser.NOBODY;
    return new HostSection(
        read.checked(() -> new SandboxSettings(network, programs)).orElse(SandboxSettings.DEFAULT),
        read.choice("runtimes.process", Allowed.class, Allowed.DENY) == Allowed.ALLOW,
        read.integer("sandbox.slots", 2 * processors, 1, 1024),
        new TaskUser(
            read.integer("sandbox.user", usual.uid(), 1, Integer.MAX_VALUE),
            read.integer("sandbox.group", usual.gid(), 1, Integer.MAX_VALUE)),
        read.integer("sandbox.cpu-cores", processors, 1, 4096),
        read.size("sandbox.ram", Home.memoryOfThisMachine(), ServerConfig.LEAST_RAM, 1L << 50),
        read.integer("sandbox.most-processes", 4096, 16, 1_000_000),
        read.integer("sandbox.log-tail-bytes", 10_240, 0, 1 << 20),
        read.optionalPath("runtimes.work-folder"),
        read.size("runtimes.disk-floor", 256L << 20, 0, 1L << 50),
        read.size("runtimes.log-limit", 1L << 30, 1 << 10, 1L << 50),
        read.optionalText("runtimes.control-group-parent"));
  }

  /** Whether there is a runtime. */
  enum Allowed {
    ALLOW,
    DENY
  }
}
