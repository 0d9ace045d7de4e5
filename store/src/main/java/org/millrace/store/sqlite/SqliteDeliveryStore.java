package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.delivery.DeliveryStore;

/**
 * The outbox. The first of each key that may still arrive is marked, so that a key that waits hides
 * what stands behind it without anybody looking there.
 */
final class SqliteDeliveryStore implements DeliveryStore {
  private final Writer writer;
  private final Reads scans;

  SqliteDeliveryStore(Writer writer, Reads scans) {
    this.writer = writer;
    this.scans = scans;
  }

  @Override
  public List<Delivery> due(Instant now, int perTarget, int most) {
    return scans.read(session -> session.inSnapshot(same -> due(same, now, perTarget, most)));
  }

  /** The unit of work, for tests that count its steps. */
  static List<Delivery> due(Session session, Instant now, int perTarget, int most)
      throws SQLException {
    var due = new ArrayList<Delivery>();
    List<String> targets =
        session
            .on(Sql.DELIVERY_TARGETS)
            .set("now", now)
            .set("most", most)
            .list(row -> row.text("name"));
    for (String target : targets) {
      due.addAll(
          session
              .on(Sql.DELIVERIES_DUE)
              .set("target", target)
              .set("now", now)
              .set("most", Math.min(perTarget, most - due.size()))
              .list(SqliteDeliveryStore::read));
    }
    return due;
  }

  @Override
  public int countGivenUp(int most) {
    return scans.read(session ->
        session.on(Sql.DELIVERY_COUNT).set("most", most).one(row -> row.number32("deliveries")));
  }

  static Delivery read(Row row) throws SQLException {
    return new Delivery(
        row.number64("id"),
        new Delivery.Draft(
            row.text("channel"), row.text("key"), row.text("target"), row.text("body")),
        row.number32("tries"),
        row.time("due_at"),
        row.maybeText("last_error"));
  }

  @Override
  public void delivered(Delivery delivery) {
    writer.write(session -> {
      session.on(Sql.DELIVERY_DELIVERED).set("id", delivery.id()).update();
      return promoteNext(session, delivery);
    });
  }

  @Override
  public void postponed(Delivery delivery, Instant dueAt, String error) {
    writer.write(session ->
        session
            .on(Sql.DELIVERY_POSTPONED)
            .set("id", delivery.id())
            .set("due_at", dueAt)
            .set("error", error)
            .update());
  }

  @Override
  public void givenUp(Delivery delivery, String error) {
    writer.write(session -> {
      session.on(Sql.DELIVERY_GIVEN_UP).set("id", delivery.id()).set("error", error).update();
      return promoteNext(session, delivery);
    });
  }

  private static int promoteNext(Session session, Delivery gone) throws SQLException {
    return session.on(Sql.DELIVERY_PROMOTE).set("key", gone.draft().key()).update();
  }
}
