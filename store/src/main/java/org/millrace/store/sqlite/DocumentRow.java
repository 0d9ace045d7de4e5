package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.Space;
import org.millrace.domain.value.Value;
import org.millrace.store.json.StoredJson;

/** A document as stored, its JSON not read yet. */
record DocumentRow(
    long seq,
    Space space,
    DocumentId id,
    String targetId,
    String creatorId,
    UnreadJson target,
    UnreadJson creator,
    Instant createdAt,
    Instant updatedAt) {

  static DocumentRow read(Row row) throws SQLException {
    return new DocumentRow(
        row.number64("seq"),
        new Space(row.text("space")),
        new DocumentId(row.text("id")),
        row.text("target_id"),
        row.text("creator_id"),
        row.json("target"),
        row.json("creator"),
        row.time("created_at"),
        row.time("updated_at"));
  }

  Document document() {
    return new Document(
        id,
        space,
        targetId,
        creatorId,
        target.as(Value.Fields.class),
        creator.as(Value.Fields.class),
        createdAt,
        updatedAt);
  }

  /** A document with its JSON, which is made before the one thread that writes gets it. */
  record Written(Document document, String target, String creator) {
    static Written of(Document document) {
      return new Written(
          document, StoredJson.write(document.target()), StoredJson.write(document.creator()));
    }

    void insert(Session session) throws SQLException {
      session
          .on(Sql.DOCUMENT_INSERT)
          .set("space", document.space().name())
          .set("id", document.id().text())
          .set("target_id", document.targetId())
          .set("creator_id", document.creatorId())
          .set("target", target)
          .set("creator", creator)
          .set("created_at", document.createdAt())
          .set("updated_at", document.updatedAt())
          .update();
    }
  }
}
