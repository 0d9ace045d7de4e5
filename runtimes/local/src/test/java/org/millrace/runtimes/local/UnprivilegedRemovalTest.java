package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.staging.FolderRemoval;

/** Where the server is not root, what forbids itself to its owner must be opened first. */
final class UnprivilegedRemovalTest {
  @TempDir Path temp;

  @Test
  void removes_what_forbids_itself_far_down() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Path deep = Files.createDirectories(folder.resolve("d/".repeat(30)));
    Files.writeString(deep.resolve("file"), "x");
    new ProcessBuilder("chmod", "-R", "a-w", folder.toString()).inheritIO().start().waitFor();

    if (TaskUser.serverUid() == 0) {
      Files.setPosixFilePermissions(temp, OthersMay.ENTER_AND_LIST);
      assertThat(Unprivileged.run(temp, Removing.class, folder.toString())).isZero();
    } else {
      FolderRemoval.remove(folder);
    }

    assertThat(folder).doesNotExist();
  }

  /** Removes the folder that its argument names. */
  static final class Removing {
    private Removing() {}

    public static void main(String[] arguments) throws IOException {
      FolderRemoval.remove(Path.of(arguments[0]));
    }
  }
}
