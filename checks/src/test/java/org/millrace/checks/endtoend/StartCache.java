package org.millrace.checks.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The cache with which {@code ./millrace} starts a server: what the JVM found out in an earlier
 * start of the same jars. Made once for all tests, which start dozens of servers.
 */
final class StartCache {
  private static final Path FILE = Path.of("target/start.aot").toAbsolutePath();

  /** Made when it is asked for the first time. */
  private static final class Made {
    private static final String OPTION = make();
  }

  private StartCache() {}

  /** The option of a JVM that starts a server from it. */
  static String option() {
    return Made.OPTION;
  }

  private static String make() {
    try (var data = DataFolder.create()) {
      Files.deleteIfExists(FILE);
      List<String> command =
          new ArrayList<>(PackagedServer.jvm("-XX:AOTCacheOutput=" + FILE, PackagedServer.DIST));
      command.addAll(1, List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining"));
      command.addAll(
          List.of("serve", "--port", "0", "--data", data.path().toString(), "--until-ready"));
      Path log = Files.createTempFile("start-cache", ".log");
      int code =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      if (code != 0 || !Files.exists(FILE)) {
        throw new IllegalStateException("no start cache was made: " + Files.readString(log));
      }
      Files.delete(log);
      return "-XX:AOTCache=" + FILE;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
