package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folder may hold the state, and what becomes of it. */
final class DataFolderTest {
  @TempDir private Path folder;

  @Test
  void one_that_is_made_is_closed_to_others_and_tasks_pass_through() throws IOException {
    Path data = folder.resolve("a/b");

    DataFolder.prepare(data);

    assertThat(modeOf(data)).isEqualTo("rwx--x--x");
  }

  @Test
  void one_that_was_there_keeps_its_mode() throws IOException {
    for (String mode : new String[] {"rwxr-xr-x", "rwx------", "rwxrwx---"}) {
      setMode(mode);

      DataFolder.prepare(folder);

      assertThat(modeOf(folder)).isEqualTo(mode);
    }
  }

  @Test
  void one_that_everybody_writes_to_is_refused_and_left_alone() throws IOException {
    setMode("rwxrwxrwx");

    assertThatIOException()
        .isThrownBy(() -> DataFolder.prepare(folder))
        .withMessageContaining(folder.toString())
        .withMessageContaining("written by everybody (rwxrwxrwx)");
    assertThat(modeOf(folder)).isEqualTo("rwxrwxrwx");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_home_folder_that_cannot_be_made_is_answered_with_the_variable_that_names_another()
      throws IOException {
    Path home = Files.createFile(folder.resolve("file")).resolve("home");

    assertThatIOException()
        .isThrownBy(() -> DataFolder.makeHome(home))
        .withMessageContaining("the home folder of Millrace " + home + " cannot be made: ")
        .withMessageEndingWith(": set MILLRACE_HOME to another one");
  }

  @Test
  void one_with_files_of_somebody_else_is_refused_and_one_of_them_named() throws IOException {
    Files.createFile(folder.resolve("thesis.tex"));
    Files.createFile(folder.resolve("log"));

    assertThatIOException()
        .isThrownBy(() -> DataFolder.prepare(folder))
        .withMessageContaining("'thesis.tex'");
  }

  @Test
  void one_with_a_store_is_ours_whatever_else_is_there() throws IOException {
    Files.createFile(folder.resolve("millrace.db"));
    Files.createFile(folder.resolve("notes.txt"));

    assertThatCode(() -> DataFolder.prepare(folder)).doesNotThrowAnyException();
  }

  @Test
  void one_of_a_first_start_that_did_not_get_far_is_ours() throws IOException {
    for (String name : new String[] {"millrace.lock", "ballast", "secret.key.new", "log"}) {
      Files.createFile(folder.resolve(name));
    }

    assertThatCode(() -> DataFolder.prepare(folder)).doesNotThrowAnyException();
  }

  @Test
  void a_file_is_no_folder() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatIOException()
        .isThrownBy(() -> DataFolder.prepare(file))
        .withMessageContaining("is no folder");
  }

  @Test
  void one_that_cannot_be_made_is_named_with_the_reason_and_what_to_do() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatIOException()
        .isThrownBy(() -> DataFolder.prepare(file.resolve("data")))
        .withMessage(
            "the data folder %s/data cannot be made: %s is no folder: name another one with --data"
                + " or the setting data",
            file, file);
    assertThatIOException()
        .isThrownBy(() -> DataFolder.prepare(Path.of("/proc/millrace")))
        .withMessageContaining("the data folder /proc/millrace cannot be made: the system")
        .withMessageContaining("--data");
  }

  @Test
  void one_that_cannot_be_written_is_named_with_what_to_do() throws IOException {
    setMode("r-x------");
    assumeFalse(Files.isWritable(folder), "who runs this may write everywhere");

    assertThatIOException()
        .isThrownBy(() -> DataFolder.prepare(folder))
        .withMessageContaining("the data folder " + folder + " cannot be written")
        .withMessageContaining("--data");
  }

  private void setMode(String mode) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
  }

  private static String modeOf(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
