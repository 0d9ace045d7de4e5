package org.millrace.store.sqlite;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.millrace.domain.failure.Refusal;
import org.sqlite.SQLiteDataSource;

/**
 * Brings the tables of a data folder to the form that this program knows: numbered steps, each
 * once, never edited.
 */
final class Schema {
  private Schema() {}

  /**
   * Does what is not done yet; nothing, most of the time.
   *
   * @throws Refusal {@code Unavailable}, if the tables cannot be brought there: made by a newer
   *     program, or damaged
   */
  static void migrate(SqliteConfig config) {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + config.file());
    source.setJournalMode("WAL"); // else each step is synced three times
    try {
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:org/millrace/store/sqlite/migration")
          .table("schema_history")
          .ignoreMigrationPatterns(
              new String[0]) // one that we do not know means that a newer program wrote here
          .loggers("slf4j")
          .cleanDisabled(true)
          .load()
          .migrate();
    } catch (FlywayException failure) {
      throw Faults.notOpened(config.folder(), failure);
    }
  }
}
