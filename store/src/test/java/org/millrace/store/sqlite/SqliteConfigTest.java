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
    assertThat(config.file()).isEqualTo(FOLDER.resolve("millrace.db"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, 10, 10, 4096, 1024, store.read-threads",
    "17, 2, 10, 10, 4096, 1024, store.read-threads",
    "2, 0, 10, 10, 4096, 1024, store.key-readers",
    "2, 2, 0, 10, 4096, 1024, store.queued",
    "2, 2, 10, 0, 4096, 1024, store.group",
    "2, 2, 10, 10, 0, 1024, store.writer-cache",
    "2, 2, 10, 10, 4096, 0, store.reader-cache"
  })
  void a_value_out_of_bounds_is_refused_by_its_name(
      int readThreads, int keyReaders, int queued, int group, int writer, int reader, String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SqliteConfig(FOLDER, readThreads, keyReaders, queued, group, writer, reader))
        .withMessageStartingWith(name);
  }
}
