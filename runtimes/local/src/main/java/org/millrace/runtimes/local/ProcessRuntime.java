package org.millrace.runtimes.local;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.RuntimeName;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;

/**
 * Runs executors as plain processes of this host: nothing keeps a task from what its user may do
 * here, so it takes nothing until an operator allows it. Declared paths lie below the attempt's own
 * folder, which {@code MILLRACE_ROOT} names; absolute paths in a command are the host's.
 * Thread-safe.
 */
public final class ProcessRuntime extends LocalRuntime {
  /** How operators and callers call it. */
  public static final RuntimeName NAME = new RuntimeName("process");

  private static final List<String> NEEDED = List.of("setsid", "setpriv", "env", "sh");

  private static final Cause NOT_ALLOWED =
      Cause.ofCaller(
          "process-not-allowed",
          "runtime process is off, because it does not isolate tasks from this host",
          "name another runtime or none, or set runtimes.process: allow where every caller is"
              + " trusted");

  private ProcessRuntime(
      RuntimeOffer offer,
      LocalSettings settings,
      WorkArea area,
      Isolation isolation,
      ControlGroups groups,
      StageIn stageIn,
      StageOut stageOut)
      throws IOException {
    super(offer, settings, area, isolation, groups, stageIn, stageOut);
  }

  private static RuntimeOffer offer(LocalSettings settings) {
    return new RuntimeOffer(
        NAME,
        settings.site(),
        Custody.HELD,
        Set.of(ContainerWork.class),
        settings.cpuCores(),
        settings.ramBytes(),
        List.of(),
        SandboxRuntime.NAME.text(), // they share the section of the configuration
        SandboxRuntime.missing(HostPrograms.USUAL, NEEDED),
        false);
  }

  /**
   * Makes it ready. Where it is not allowed its offer says so; attempts of earlier servers can be
   * brought to their end all the same.
   *
   * @throws IOException when the work area cannot be used
   */
  public static ProcessRuntime open(
      LocalSettings settings, boolean allowed, WorkArea area, StageIn stageIn, StageOut stageOut)
      throws IOException {
    var command =
        new ProcessCommand(
            HostPrograms.USUAL,
            SandboxRuntime.dropping(HostPrograms.USUAL, area.user()),
            area.user().map(TaskUser::uid).orElseGet(TaskUser::serverUid));
    return new ProcessRuntime(
        allowed ? offer(settings) : RuntimeOffer.absent(NAME, settings.site(), NOT_ALLOWED),
        settings,
        area,
        command,
        SandboxRuntime.groups(settings, NAME.text()),
        stageIn,
        stageOut);
  }
}
