package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.RuntimeName;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs executors under bubblewrap, with the programs of this host instead of an image. A task sees
 * its own files, the host's programs read-only, and nothing else; it has no network unless that is
 * configured. Thread-safe.
 *
 * <p>Contract: executors run in order over one tree, so that each finds what those before it wrote;
 * commands are passed byte for byte ({@code contracts/tes.md 7}).
 */
public final class SandboxRuntime extends LocalRuntime {
  /** How operators and callers call it. */
  public static final RuntimeName NAME = new RuntimeName("sandbox");

  private static final Logger LOG = LoggerFactory.getLogger(SandboxRuntime.class);
  private static final List<String> NEEDED = List.of("bwrap", "setsid", "setpriv", "sh");

  private SandboxRuntime(
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

  /**
   * Makes it ready and tries it once. Where it cannot work its offer says why; attempts of earlier
   * servers can be brought to their end all the same.
   *
   * @throws IOException when the work area cannot be used
   */
  public static SandboxRuntime open(
      LocalSettings settings,
      SandboxSettings sandbox,
      WorkArea area,
      StageIn stageIn,
      StageOut stageOut)
      throws IOException {
    FolderRemoval.remove(area.shared("trials")); // of a server that died while it tried
    SandboxCommand command = hardestThatWorks(command(sandbox, area), area);
    removeOldEtc(area, command.mounts().etc().getFileName().toString());
    Optional<Cause> objection = objection(command, area);
    objection.ifPresent(why -> LOG.warn("runtime {} takes no tasks: {}", NAME, why));
    var offer =
        new RuntimeOffer(
            NAME,
            settings.site(),
            Custody.HELD,
            Set.of(ContainerWork.class),
            settings.cpuCores(),
            settings.ramBytes(),
            command.mounts().closedPaths(),
            objection);
    return new SandboxRuntime(
        offer, settings, area, command, groups(settings, NAME.text()), stageIn, stageOut);
  }

  /** What still runs may have one of them in use: its script names it. */
  private static void removeOldEtc(WorkArea area, String current) throws IOException {
    List<String> scripts =
        area.existing(NAME).stream()
            .map(attempt -> AttemptFolder.textOf(attempt.script()))
            .toList();
    HostEtc.removeOld(
        area.shared("etc"),
        name ->
            name.equals(current) || scripts.stream().anyMatch(text -> text.contains("/" + name)));
  }

  /** Where bubblewrap is setuid, it cannot take user namespaces from tasks. */
  static SandboxCommand hardestThatWorks(SandboxCommand command, WorkArea area) throws IOException {
    SandboxCommand softer = command.with(command.hardening().withUserNamespaces());
    if (softer.equals(command)
        || objection(command, area).isEmpty()
        || objection(softer, area).isPresent()) {
      return command;
    }
    LOG.warn("bubblewrap refuses --disable-userns here: tasks can make user namespaces");
    return softer;
  }

  /**
   * Refuses a folder of the server's own that tasks would see.
   *
   * @param name what the folder is to whoever configured it
   * @throws Refusal {@code Invalid}, naming it and the folder above it that is shown to tasks
   */
  public static void refuseShown(SandboxSettings sandbox, String name, Path folder)
      throws IOException {
    Path real = folder.toRealPath();
    for (String shown : HostFolders.of(Path.of("/"), sandbox.programs()).folders()) {
      if (Files.exists(Path.of(shown)) && real.startsWith(Path.of(shown).toRealPath())) {
        throw Refusal.invalid(
            name,
            real
                + " lies below "
                + shown
                + ", which every sandbox sees; choose another folder, or change sandbox.programs");
      }
    }
  }

  static SandboxCommand command(SandboxSettings sandbox, WorkArea area) throws IOException {
    int uid = area.user().map(TaskUser::uid).orElseGet(TaskUser::serverUid);
    int gid = area.user().map(TaskUser::gid).orElseGet(TaskUser::serverGid);
    var hosts = new HostEtc(Path.of("/etc"), uid, gid, sandbox.network());
    Path etc = hosts.makeBelow(area.shared("etc"));
    HostFolders host = HostFolders.of(Path.of("/"), sandbox.programs());
    return new SandboxCommand(
        HostPrograms.USUAL,
        dropping(HostPrograms.USUAL, area.user()),
        new MountPlan(host, etc, hosts.resolver()),
        links(host, area.shared("links")),
        Hardening.onThisHost(HostPrograms.USUAL, area.shared("filters")),
        sandbox.network(),
        uid);
  }

  private static Path links(HostFolders host, Path folder) throws IOException {
    for (Map.Entry<String, String> link : host.links().entrySet()) {
      Path place = folder.resolve(link.getKey().substring(1));
      Files.deleteIfExists(place);
      Files.createSymbolicLink(place, Path.of(link.getValue()));
    }
    return folder;
  }

  static ControlGroups groups(LocalSettings settings, String runtime) {
    String name = "millrace-" + WorkArea.shortName(settings.site()) + "-" + runtime;
    return GroupSearch.onThisHost(settings.controlGroupParent(), name);
  }

  /** The words that turn a root server's child into an ordinary user. */
  static List<String> dropping(HostPrograms programs, Optional<TaskUser> user) {
    return user.map(it ->
            List.of(
                programs.path("setpriv"),
                "--reuid",
                Integer.toString(it.uid()),
                "--regid",
                Integer.toString(it.gid()),
                "--clear-groups"))
        .orElse(List.of());
  }

  /** Why it takes nothing: tried out, because no looking at the host tells for certain. */
  static Optional<Cause> objection(SandboxCommand command, WorkArea area) throws IOException {
    Optional<Cause> missing = missing(command.programs(), NEEDED);
    Optional<Cause> why = missing.isPresent() ? missing : tried(command, area);
    return why.map(it ->
        new Cause(
            it.code(),
            it.message(),
            it.help() + "; or set runtimes.process: allow, where every caller is trusted"));
  }

  private static Optional<Cause> tried(SandboxCommand command, WorkArea area) throws IOException {
    AttemptFolder place =
        new AttemptFolder(Files.createTempDirectory(area.shared("trials"), "sandbox"));
    try (var trial = new TrivialAttempt(place, area, command, command.programs(), SlotWords.NONE)) {
      return trial.run().map(SandboxRuntime::notPermitted);
    } catch (IOException failed) { // no links, say, on the disk of the work folder
      return Optional.of(
          new Cause(
              "sandbox-not-possible",
              "runtime sandbox was tried and does not work here: " + Disk.reason(failed),
              "put the work folder on a disk with links and permissions (runtimes.work-folder)"));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.of(notPermitted("the server was stopped while it tried"));
    }
  }

  /** The first of these programs that is not installed, and where it is found. */
  static Optional<Cause> missing(HostPrograms programs, List<String> needed) {
    return needed.stream()
        .filter(program -> programs.find(program).isEmpty())
        .findFirst()
        .map(program ->
            new Cause(
                "program-missing",
                "the program " + program + " is needed to run tasks here, and not installed",
                "install it (Debian: apt-get install " + packageOf(program) + ")"));
  }

  private static String packageOf(String program) {
    return switch (program) {
      case "bwrap" -> "bubblewrap";
      case "setsid", "setpriv" -> "util-linux";
      case "env" -> "coreutils";
      default -> program;
    };
  }

  /**
   * A sandbox with less than was meant is none: nobody is to learn from a log alone that the filter
   * of system calls is missing.
   */
  private static Cause notPermitted(String words) {
    if (words.toLowerCase(Locale.ROOT).contains("seccomp")) {
      return new Cause(
          "sandbox-filter-refused",
          "runtime sandbox was tried and does not work here: the kernel refuses the filter of"
              + " system calls that keeps tasks from the server's keyrings: "
              + words,
          "use a kernel with CONFIG_SECCOMP_FILTER; in a container, let its own profile allow"
              + " seccomp filters");
    }
    return new Cause(
        "sandbox-not-permitted",
        "runtime sandbox was tried and does not work here: " + words,
        "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1 and"
            + " kernel.apparmor_restrict_unprivileged_userns=0 where they exist); in a container,"
            + " let it make namespaces");
  }
}
