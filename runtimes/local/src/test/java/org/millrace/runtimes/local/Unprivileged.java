package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.millrace.engine.staging.FolderRemoval;

/** A program of these tests in a JVM of its own, run by a user that is not root. */
final class Unprivileged {
  private static final String NOBODY = "65534";

  private Unprivileged() {}

  /**
   * Runs it to its end; returns its exit code.
   *
   * @param ours a folder that is given to the user first
   */
  static int run(Path ours, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    return run(List.of(), ours, program, arguments);
  }

  /**
   * As {@link #run(Path, Class, String...)}.
   *
   * @param around words that run the rest as a command, still as root
   */
  static int run(List<String> around, Path ours, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    new ProcessBuilder("chown", "-R", NOBODY + ":" + NOBODY, ours.toString())
        .inheritIO()
        .start()
        .waitFor();
    Path classes = Files.createTempDirectory("millrace-test-classes");
    try {
      copyClasses(classes);
      var command = new ArrayList<>(around);
      command.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY));
      command.addAll(List.of("--clear-groups", "--"));
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx64m", "-cp", classes + "/*:" + classes, program.getName()));
      command.addAll(Arrays.asList(arguments));
      return new ProcessBuilder(command).directory(classes.toFile()).inheritIO().start().waitFor();
    } finally {
      FolderRemoval.remove(classes);
    }
  }

  /** The user may not be able to pass through the folders that the classes are in. */
  private static void copyClasses(Path to) throws IOException, InterruptedException {
    Files.setPosixFilePermissions(to, OthersMay.ENTER_AND_LIST);
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : path.split(":", -1)) {
      Path from = Path.of(entry);
      if (Files.isDirectory(from)) {
        copy(from.resolve(".").toString(), to);
      } else if (Files.isRegularFile(from)) {
        copy(entry, to);
      }
    }
    new ProcessBuilder("chmod", "-R", "a+rX", to.toString()).inheritIO().start().waitFor();
  }

  private static void copy(String from, Path to) throws IOException, InterruptedException {
    new ProcessBuilder("cp", "-r", from, to.toString()).inheritIO().start().waitFor();
  }
}
