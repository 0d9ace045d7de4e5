package org.millrace.store.sqlite;

import java.util.Optional;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.documents.NumberStore;

/** Counts. */
final class SqliteNumberStore implements NumberStore {
  private final Writer writer;

  SqliteNumberStore(Writer writer) {
    this.writer = writer;
  }

  @Override
  public long take(String sequence, int howMany) {
    if (howMany < 1) {
      throw new IllegalArgumentException("numbers of " + sequence + ": at least 1");
    }
    Optional<Long> last =
        writer.writeNewWork(session ->
            session
                .on(Sql.NUMBER_TAKE)
                .set("name", sequence)
                .set("many", howMany)
                .first(row -> row.number64("taken")));
    return last.map(greatest -> greatest - howMany + 1)
        .orElseThrow(() ->
            new Refusal(new Failure.Conflict("no " + howMany + " numbers left of " + sequence)));
  }
}
