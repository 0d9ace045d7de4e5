package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.DocumentViewStore.StoredResult;

/** A result as stored, its JSON not read yet. */
record ResultRow(
    long seq,
    ResultId id,
    Space space,
    DocumentId document,
    EntryId entry,
    String key,
    int attempt,
    UnreadJson generator,
    UnreadJson payload,
    Instant savedAt,
    boolean overtaken) {

  static ResultRow read(Row row) throws SQLException {
    return new ResultRow(
        row.number64("seq"),
        new ResultId(row.text("id")),
        new Space(row.text("space")),
        new DocumentId(row.text("document_id")),
        new EntryId(row.text("entry_id")),
        row.text("key"),
        row.number32("attempt"),
        row.json("generator"),
        row.json("payload"),
        row.time("saved_at"),
        row.flag("overtaken"));
  }

  Result result() {
    return new Result(
        id,
        space,
        document,
        entry,
        key,
        attempt,
        new Result.Finding(generator.as(Value.Fields.class), payload.as(Value.Fields.class)),
        savedAt,
        overtaken);
  }

  StoredResult inPlace() {
    return new StoredResult(seq, result());
  }
}
