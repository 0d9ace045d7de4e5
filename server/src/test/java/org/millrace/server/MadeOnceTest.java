package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key and the site of a data folder. */
final class MadeOnceTest {
  @TempDir private Path data;

  @Test
  void a_key_is_made_once_and_only_the_server_reads_it() throws IOException {
    byte[] key = SecretKey.in(data, () -> true);

    assertThat(key).hasSize(32);
    assertThat(SecretKey.in(data, () -> false)).isEqualTo(key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())))
        .isEqualTo("rw-------");
    assertThat(data).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void a_torn_key_of_an_empty_store_is_made_anew() throws IOException {
    for (byte[] torn : new byte[][] {{}, {1, 2, 3}}) {
      Files.write(keyFile(), torn);

      byte[] key = SecretKey.in(data, () -> true);

      assertThat(Files.readAllBytes(keyFile())).isEqualTo(key).hasSize(32);
    }
  }

  @Test
  void a_damaged_key_of_a_store_with_tasks_is_left_and_what_to_do_is_said() throws IOException {
    Files.write(keyFile(), new byte[31]);

    assertThatIOException()
        .isThrownBy(() -> SecretKey.in(data, () -> false))
        .withMessageContaining(keyFile().toString())
        .withMessageContaining("backup")
        .withMessageContaining("passwords in the URLs of stored tasks are lost");
    assertThat(keyFile()).hasSize(31);
  }

  @Test
  void what_a_crash_left_on_the_way_is_no_key() throws IOException {
    Files.write(data.resolve("secret.key.new"), new byte[5]);

    assertThat(SecretKey.in(data, () -> true)).hasSize(32);
  }

  @Test
  void the_site_goes_with_the_folder_wherever_it_is_moved() throws IOException {
    Path before = Files.createDirectory(data.resolve("before"));
    String site = Site.in(before, () -> true);

    Path after = Files.move(before, data.resolve("after"));

    assertThat(Site.in(after, () -> false)).isEqualTo(site).startsWith("host-");
    Path other = Files.createDirectory(data.resolve("other"));
    assertThat(Site.in(other, () -> true)).isNotEqualTo(site);
  }

  @Test
  void a_site_that_is_none_is_refused() throws IOException {
    Files.writeString(data.resolve("site"), "somewhere");

    assertThatIOException()
        .isThrownBy(() -> Site.in(data, () -> false))
        .withMessageContaining("attempts under way are not taken up again");
  }

  private Path keyFile() {
    return data.resolve("secret.key");
  }
}
