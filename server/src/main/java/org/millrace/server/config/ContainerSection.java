package org.millrace.server.config;

import java.nio.file.Path;
import org.millrace.runtimes.container.ContainerSettings;
import org.millrace.runtimes.container.EngineAddress;

/**
 * Tasks in containers.
 *
 * @param host where the engine listens
 * @param slots tasks at once
 * @param tailBytes of each stream kept in the record
 * @param logLimit of each stream kept as a log; the same for all runtimes
 */
public record ContainerSection(
    Use use,
    EngineAddress host,
    int slots,
    int cpuCores,
    long ramBytes,
    int mostProcesses,
    int tailBytes,
    long logLimit,
    String network,
    ContainerSettings.Pull pull,
    ContainerSettings.RunAs user,
    ContainerSettings.Sharing files) {

  /** Whether tasks run in containers. */
  public enum Use {
    /** If an engine answers when the server starts. */
    AUTO,
    /** Always: while no engine answers, tasks wait for one. */
    ALLOW,
    DENY
  }

  /** The same, for one site and work folder. */
  public ContainerSettings settings(String site, Path workFolder) {
    return new ContainerSettings(
        host,
        site,
        workFolder,
        slots,
        cpuCores,
        ramBytes,
        mostProcesses,
        tailBytes,
        logLimit,
        network,
        pull,
        user,
        files);
  }

  static ContainerSection read(SettingsReader read, long logLimit) {
    int processors = Runtime.getRuntime().availableProcessors();
    EngineAddress usual = Home.containerEngine();
    String host = read.text("container.host", usual.text());
    var containers =
        new ContainerSection(
            read.choice("runtimes.container", Use.class, Use.AUTO),
            read.checked(() -> new EngineAddress(host)).orElse(usual),
            read.integer("container.slots", 2 * processors, 1, 1024),
            read.integer("container.cpu-cores", processors, 1, 4096),
            read.size(
                "container.ram", Home.memoryOfThisMachine(), ServerConfig.LEAST_RAM, 1L << 50),
            read.integer("container.most-processes", 4096, 16, 1_000_000),
            read.integer("container.log-tail-bytes", 10_240, 0, 1 << 20),
            logLimit,
            read.text("container.network", "bridge"),
            read.choice(
                "container.pull", ContainerSettings.Pull.class, ContainerSettings.Pull.MISSING),
            read.choice(
                "container.user", ContainerSettings.RunAs.class, ContainerSettings.RunAs.AUTO),
            read.choice(
                "container.files",
                ContainerSettings.Sharing.class,
                ContainerSettings.Sharing.AUTO));
    read.checked(() -> containers.settings("checked", Path.of("/"))); // its own checks, now
    return containers;
  }
}
