package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.millrace.engine.staging.Transfers;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.testkit.runtime.MemoryTransfer;
import org.millrace.testkit.runtime.TestTask;

/** This host with a work folder of the test's own. */
final class TestHost {
  static final long LOG_LIMIT = 3L << 20;
  static final String SITE = "test-host";
  private static final UrlSecrets SECRETS = new UrlSecrets(new byte[32]);

  final MemoryTransfer transfer;
  final LocalSettings settings;
  final WorkArea area;

  /** A folder that others can pass through: temporary folders are closed. */
  TestHost(Path temp) throws IOException {
    this(temp, settings(temp, 4));
  }

  TestHost(Path temp, LocalSettings settings) throws IOException {
    this(settings, area(temp, settings), new MemoryTransfer());
  }

  private TestHost(LocalSettings settings, WorkArea area, MemoryTransfer transfer) {
    this.settings = settings;
    this.area = area;
    this.transfer = transfer;
  }

  private static WorkArea area(Path temp, LocalSettings settings) throws IOException {
    Files.setPosixFilePermissions(temp, OthersMay.ENTER);
    WorkArea area = WorkArea.open(settings);
    if (!Files.exists(area.folder().resolve("etc"))) {
      Files.createSymbolicLink(area.folder().resolve("etc"), SharedEtc.FOLDER);
    }
    return area;
  }

  static LocalSettings settings(Path temp, int slots) {
    return new LocalSettings(
        TestTask.SITE + temp.getFileName(), // groups of hosts that live at once must not meet
        temp.resolve("work"),
        TaskUser.NOBODY,
        slots,
        2,
        512L << 20,
        256,
        10 * 1024,
        0,
        LOG_LIMIT,
        Optional.empty());
  }

  /** The same host, if so much were to be left free on its disk. */
  TestHost withFloor(long bytes) {
    return with(bytes, settings.logLimit(), settings.controlGroupParent());
  }

  /** The same host, if it kept so much of a log. */
  TestHost withLogLimit(long bytes) {
    return with(settings.diskFloor(), bytes, settings.controlGroupParent());
  }

  /** The same host, if it let nobody make control groups. */
  TestHost withoutGroups() {
    return with(settings.diskFloor(), settings.logLimit(), Optional.of("no/such/group"));
  }

  private TestHost with(long diskFloor, long logLimit, Optional<String> controlGroupParent) {
    return new TestHost(
        new LocalSettings(
            settings.site(),
            settings.workFolder(),
            settings.user(),
            settings.slots(),
            settings.cpuCores(),
            settings.ramBytes(),
            settings.mostProcesses(),
            settings.tailBytes(),
            diskFloor,
            logLimit,
            controlGroupParent),
        area,
        transfer);
  }

  StageIn stageIn() {
    return new StageIn(new Transfers(List.of(transfer)), SECRETS, 1000);
  }

  StageOut stageOut() {
    return new StageOut(new Transfers(List.of(transfer)), SECRETS, 1000);
  }

  SandboxRuntime sandbox() throws IOException {
    return sandbox(SandboxSettings.DEFAULT);
  }

  SandboxRuntime sandbox(SandboxSettings sandbox) throws IOException {
    needsBubblewrap();
    return SandboxRuntime.open(settings, sandbox, area, stageIn(), stageOut());
  }

  ProcessRuntime process() throws IOException {
    return ProcessRuntime.open(settings, true, area, stageIn(), stageOut());
  }

  /** Skips a test where bubblewrap is not installed; never in CI. */
  static void needsBubblewrap() {
    boolean there = HostPrograms.USUAL.find("bwrap").isPresent();
    Assumptions.assumeTrue(
        there || System.getenv("CI") != null,
        "bubblewrap is not installed: apt-get install bubblewrap");
  }

  /** What tasks see of the host's files is made once for all tests: it is many small files. */
  private static final class SharedEtc {
    static final Path FOLDER = make();

    private static Path make() {
      try {
        Path etc = Files.createTempDirectory("millrace-test-etc");
        Files.setPosixFilePermissions(etc, OthersMay.ENTER);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(etc)));
        return etc;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    private static void remove(Path folder) {
      try {
        FolderRemoval.remove(folder);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
