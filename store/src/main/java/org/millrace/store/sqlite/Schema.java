package org.millrace.store.sqlite;

import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.millrace.domain.failure.Failure;
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
   * @throws Refusal {@code Conflict}, if a newer program has written there; {@code Unavailable}, if
   *     the tables cannot be brought up to date, or are not those this program made
   */
  static void migrate(SqliteConfig config) {
    Flyway steps = steps(config).load();
    try {
      refuseNewer(steps.info().applied(), config);
      steps.migrate();
    } catch (FlywayException failure) {
      throw Faults.notOpened(config.folder(), failure);
    }
  }

  /** The steps, for the database of a folder; a test takes the first of them alone. */
  static FluentConfiguration steps(SqliteConfig config) {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + config.file());
    source.setJournalMode("WAL"); // else each step is synced three times
    return Flyway.configure()
        .dataSource(source)
        .locations("classpath:org/millrace/store/sqlite/migration")
        .table("schema_history")
        .loggers("slf4j")
        .cleanDisabled(true);
  }

  private static void refuseNewer(MigrationInfo[] applied, SqliteConfig config) {
    Stream.of(applied)
        .filter(step -> step.getState() == MigrationState.FUTURE_SUCCESS)
        .findFirst()
        .ifPresent(step -> {
          throw new Refusal(
              new Failure.Conflict(
                  "the store in %s was written by a newer program (step %s of its tables is not known here): start that program, or restore a backup made before"
                      .formatted(config.folder(), step.getVersion())));
        });
  }
}
