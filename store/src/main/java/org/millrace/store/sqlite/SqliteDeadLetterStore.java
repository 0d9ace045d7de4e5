package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.documents.DeadLetterStore;
import org.millrace.store.json.StoredJson;

/** Answers that came to nothing. */
final class SqliteDeadLetterStore implements DeadLetterStore {
  private final Writer writer;
  private final Reads scans;

  SqliteDeadLetterStore(Writer writer, Reads scans) {
    this.writer = writer;
    this.scans = scans;
  }

  @Override
  public void put(DeadLetter letter, int keep) {
    String why = StoredJson.write(letter.why());
    writer.write(session -> {
      long sequence =
          session
              .on(Sql.DEAD_LETTER_INSERT)
              .set("at", letter.at())
              .set("correlation", letter.correlationId().orElse(null))
              .set("body", letter.body())
              .set("length", letter.length())
              .set("why", why)
              .one(row -> row.number64("sequence"));
      return session.on(Sql.DEAD_LETTERS_TRIM).set("last", sequence - keep).update();
    });
  }

  @Override
  public List<Kept> newest(long before, int most) {
    return scans.read(session ->
        session
            .on(Sql.DEAD_LETTERS)
            .set("before", before)
            .set("most", most)
            .list(SqliteDeadLetterStore::kept));
  }

  private static Kept kept(Row row) throws SQLException {
    return new Kept(
        row.number64("sequence"),
        new DeadLetter(
            row.time("at"),
            row.maybeText("correlation"),
            row.bytes("body"),
            row.number32("length"),
            row.json("why").as(Cause.class)));
  }

  @Override
  public int count() {
    return scans.read(
        session -> session.on(Sql.DEAD_LETTER_COUNT).one(row -> row.number32("letters")));
  }

  @Override
  public int forget(Instant then, int most) {
    return writer.write(session ->
        session.on(Sql.DEAD_LETTERS_FORGET).set("then", then).set("most", most).update());
  }
}
