package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostFoldersTest {
  @TempDir Path temp;

  @Test
  void takes_links_as_links_and_folders_as_folders() throws IOException {
    Files.createDirectory(temp.resolve("usr"));
    Files.createDirectory(temp.resolve("lib"));
    Files.createDirectory(temp.resolve("home"));
    Files.createSymbolicLink(temp.resolve("bin"), Path.of("usr/bin"));

    assertThat(HostFolders.of(temp, List.of(Path.of("/opt/x"), Path.of("/usr/local"))))
        .isEqualTo(new HostFolders(List.of("/usr", "/lib", "/opt/x"), Map.of("/bin", "usr/bin")));
  }
}
