package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderRemovalTest {
  @TempDir Path temp;

  @Test
  void follows_no_link() throws IOException {
    Path kept = Files.createDirectories(temp.resolve("kept/below"));
    Files.writeString(kept.resolve("file"), "x");
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Files.createSymbolicLink(folder.resolve("link"), kept);
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("/no/where"));

    FolderRemoval.remove(folder);

    assertThat(folder).doesNotExist();
    assertThat(kept.resolve("file")).hasContent("x");
  }

  @Test
  void a_link_in_its_place_is_not_followed_either() throws IOException {
    Path kept = Files.createDirectory(temp.resolve("kept"));
    Files.writeString(kept.resolve("file"), "x");
    Path link = Files.createSymbolicLink(temp.resolve("link"), kept);

    assertThatCode(() -> FolderRemoval.remove(link)).isInstanceOf(IOException.class);
    assertThat(kept.resolve("file")).exists();
  }

  @Test
  void removes_what_forbids_itself_to_its_owner() throws IOException {
    Path closed = Files.createDirectories(temp.resolve("folder/a/closed"));
    Files.writeString(closed.resolve("file"), "x");
    Files.setPosixFilePermissions(
        closed.resolve("file"), PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));

    FolderRemoval.remove(temp.resolve("folder"));

    assertThat(temp.resolve("folder")).doesNotExist();
  }

  @Test
  void removes_wide_and_nested_folders() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("folder"));
    for (int i = 0; i < 300; i++) {
      Files.createDirectories(folder.resolve("x" + i + "/y"));
      Files.writeString(folder.resolve("x" + i + "/y/f"), "");
    }
    Files.createDirectories(folder.resolve("d/".repeat(100)));

    FolderRemoval.remove(folder);

    assertThat(folder).doesNotExist();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void what_is_not_there_is_removed_already() {
    assertThatCode(() -> FolderRemoval.remove(temp.resolve("none"))).doesNotThrowAnyException();
  }
}
