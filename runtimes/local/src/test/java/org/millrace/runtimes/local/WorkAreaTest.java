package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.staging.FolderRemoval;

final class WorkAreaTest {
  @TempDir Path temp; // JUnit makes it with mode 0700: nobody else can pass through

  @AfterEach
  void removes_the_fallback() throws IOException {
    FolderRemoval.remove(fallback());
  }

  @Test
  void is_where_it_is_wanted_if_tasks_can_go_there() throws IOException {
    Files.setPosixFilePermissions(temp, OthersMay.ENTER);

    WorkArea area = WorkArea.open(TestHost.settings(temp, 1));

    assertThat(area.folder()).isEqualTo(temp.resolve("work"));
    assertThat(Files.getPosixFilePermissions(area.folder())).isEqualTo(OthersMay.ENTER);
    assertThat(Files.getPosixFilePermissions(area.logs().folder())).isEqualTo(OthersMay.NOTHING);
  }

  @Test
  void lies_elsewhere_where_the_way_is_closed_and_always_at_the_same_place() throws IOException {
    needsRoot();

    WorkArea area = WorkArea.open(TestHost.settings(temp, 1));
    WorkArea again = WorkArea.open(TestHost.settings(temp, 1));

    assertThat(area.folder()).isEqualTo(fallback()).isEqualTo(again.folder());
    assertThat(Files.getPosixFilePermissions(area.folder())).isEqualTo(OthersMay.ENTER);
  }

  @Test
  void lies_in_the_first_place_that_can_be_used() throws IOException {
    needsRoot();
    Path open = Files.createTempDirectory(Path.of("/var/lib"), "millrace-test-place");
    try {
      Path closed = Files.createDirectory(open.resolve("closed"));
      Files.setPosixFilePermissions(open, OthersMay.ENTER);
      Files.setPosixFilePermissions(closed, OthersMay.NOTHING);

      WorkArea area =
          WorkArea.open(TestHost.settings(temp, 1), List.of(open.resolve("missing"), closed, open));

      assertThat(area.folder().getParent()).isEqualTo(open);
    } finally {
      FolderRemoval.remove(open);
    }
  }

  @Test
  void says_what_to_do_where_no_place_can_be_used() {
    needsRoot();

    assertThatThrownBy(
            () -> WorkArea.open(TestHost.settings(temp, 1), List.of(temp.resolve("missing"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(temp.toString())
        .hasMessageContaining("missing")
        .hasMessageContaining("runtimes.work-folder");
  }

  @Test
  void uses_nothing_that_somebody_else_made_there() throws IOException {
    needsRoot();
    Files.createDirectory(fallback());
    Files.setAttribute(fallback(), "unix:uid", 12345);
    assertThatThrownBy(() -> WorkArea.open(TestHost.settings(temp, 1)))
        .hasMessageContaining("belongs to somebody else");

    Files.delete(fallback());
    Files.createSymbolicLink(fallback(), temp);
    assertThatThrownBy(() -> WorkArea.open(TestHost.settings(temp, 1)))
        .hasMessageContaining("belongs to somebody else");
    Files.delete(fallback());
  }

  @Test
  void gives_no_folder_to_a_name_that_leads_elsewhere() throws IOException {
    Files.setPosixFilePermissions(temp, OthersMay.ENTER);
    WorkArea area = WorkArea.open(TestHost.settings(temp, 1));

    for (String name : new String[] {"", "..", "a/b", ".", "a b", "x".repeat(129)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> area.attempt(SandboxRuntime.NAME, name));
    }
  }

  @Test
  void a_closed_folder_anywhere_on_the_way_counts() throws IOException {
    needsRoot();
    Files.setPosixFilePermissions(temp, OthersMay.ENTER);
    Path home =
        Files.createDirectory(
            temp.resolve("home"), PosixFilePermissions.asFileAttribute(OthersMay.NOTHING));
    Path data = Files.createDirectories(home.resolve("data/deep"));

    WorkArea area = WorkArea.open(TestHost.settings(data, 1));

    assertThat(area.folder()).startsWith(Path.of("/var/lib"));
    FolderRemoval.remove(area.folder());
  }

  @Test
  void what_stands_for_nothing_any_more_is_removed_after_a_while() throws IOException {
    Instant now = Instant.now();
    Path gone = standIn("millrace-gone", temp.resolve("gone"));
    Path there = standIn("millrace-there", temp);
    Path other = Files.createDirectory(temp.resolve("millrace-other"));

    WorkArea.removeForgotten(temp, now.minusSeconds(60));
    assertThat(gone).isDirectory();

    WorkArea.removeForgotten(temp, now.plusSeconds(60));
    assertThat(gone).doesNotExist();
    assertThat(there).isDirectory();
    assertThat(other).isDirectory();
  }

  private Path standIn(String name, Path of) throws IOException {
    Path folder = Files.createDirectory(temp.resolve(name));
    Files.writeString(folder.resolve("stands-for"), of.toString());
    return folder;
  }

  private Path fallback() throws IOException {
    Path wanted = temp.toRealPath().resolve("work");
    return Path.of("/var/lib/millrace-" + WorkArea.shortName(wanted.toString()));
  }

  private static void needsRoot() {
    Assumptions.assumeTrue(
        TaskUser.serverUid() == 0, "only a root server runs tasks as somebody else");
    assertThat(Files.isWritable(Path.of("/var/lib"))).isTrue();
  }
}
