package org.millrace.runtimes.container;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.LogConfig.LoggingType;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.runtimes.container.ContainerSettings.Limits;

/**
 * What the engine is told of the container of one executor.
 *
 * @param user uid and gid; empty for the image's own
 * @param init whether a first process reaps what the command leaves behind
 * @param group in which its use is counted
 */
record ContainerForm(
    ExecutorSpec executor,
    Map<String, String> labels,
    List<Bind> binds,
    Limits limits,
    String network,
    Optional<String> user,
    boolean init,
    Optional<String> group) {
  private static final long BILLION = 1_000_000_000L;

  /** The engine refuses less. */
  private static final long LEAST_MEMORY = 6 << 20;

  /** The engine's own settings for its logs, which may rotate, do not hold for ours. */
  private static final Map<String, String> WHOLE_LOG =
      Map.of("max-size", "1000t", "max-file", "1", "compress", "false");

  /** A place of this host, and where it is in the container. */
  record Bind(Path place, String path) {}

  void fill(CreateContainerCmd form) {
    form.withLabels(labels)
        .withHostConfig(host())
        .withAttachStdout(true)
        .withAttachStderr(true)
        .withTty(false)
        .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
        .withEnv(
            executor.env().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList());
    if (!executor.command().isEmpty()) {
      form.withCmd(executor.command());
    }
    if (executor.stdin().isPresent()) {
      form.withStdinOpen(true).withStdInOnce(true).withAttachStdin(true);
    }
    executor.workdir().map(TaskPaths::plain).ifPresent(form::withWorkingDir);
    user.ifPresent(form::withUser);
  }

  private HostConfig host() {
    HostConfig host =
        HostConfig.newHostConfig()
            .withNetworkMode(network)
            .withMemory(memory())
            .withMemorySwap(memory())
            .withNanoCPUs(limits.cores() * BILLION)
            .withPidsLimit((long) limits.processes())
            .withSecurityOpts(List.of("no-new-privileges"))
            .withLogConfig(new LogConfig(LoggingType.JSON_FILE, WHOLE_LOG))
            .withMounts(binds.stream().map(ContainerForm::mount).toList())
            .withInit(init);
    group.ifPresent(host::withCgroupParent);
    return host;
  }

  private long memory() {
    return Math.max(limits.bytes(), LEAST_MEMORY);
  }

  private static Mount mount(Bind bind) {
    return new Mount()
        .withType(MountType.BIND)
        .withSource(bind.place().toString())
        .withTarget(bind.path());
  }
}
