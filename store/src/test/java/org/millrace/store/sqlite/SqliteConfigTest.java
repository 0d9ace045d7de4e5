package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SqliteConfigTest {
  private static final Path FOLDER = Path.of("data");

  @Test
  void what_is_not_said_fits_a_small_machine() {
    SqliteConfig config = SqliteConfig.of(FOLDER);

    assertThat(config.readThreads()).isBetween(2, 4);
    assertThat(config.keyReaders()).isBetween(2, 8);
    assertThat(config.queued()).isEqualTo(4_096);
    assertThat(config.group()).isEqualTo(256);
    assertThat(config.writerCache()).isEqualTo(32_768);
    assertThat(config.readerCache()).isEqualTo(4_096);
    assertThat(config.ballast()).isEqualTo(32 << 20);
    assertThat(config.file()).isEqualTo(FOLDER.resolve("millrace.db"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, 10, 10, 4096, 1024, 0, threads for lists is 1 to 16",
    "17, 2, 10, 10, 4096, 1024, 0, threads for lists is 1 to 16",
    "2, 0, 10, 10, 4096, 1024, 0, connections for reads by key is 1 to 64",
    "2, 2, 0, 10, 4096, 1024, 0, units that wait to be written is 1 to 65536",
    "2, 2, 10, 0, 4096, 1024, 0, units in one commit is 1 to 4096",
    "2, 2, 10, 10, 0, 1024, 0, page cache is 1024 to 4194304",
    "2, 2, 10, 10, 4096, 0, 0, page cache is 512 to 1048576",
    "2, 2, 10, 10, 4096, 1024, 1, 'ballast, unless 0, is 1048576 to 17179869184'"
  })
  void a_value_out_of_bounds_is_refused_by_what_it_is(
      int readThreads,
      int keyReaders,
      int queued,
      int group,
      int writer,
      int reader,
      long ballast,
      String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new SqliteConfig(
                FOLDER, readThreads, keyReaders, queued, group, writer, reader, ballast))
        .withMessageContaining(message);
  }
}
