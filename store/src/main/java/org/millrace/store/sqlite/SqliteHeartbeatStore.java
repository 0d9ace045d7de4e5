package org.millrace.store.sqlite;

import java.time.Instant;
import java.util.List;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.engine.recovery.HeartbeatStore;

/** Who is alive, and what the dead have left. */
final class SqliteHeartbeatStore implements HeartbeatStore {
  private final Writer writer;
  private final Reads scans;

  SqliteHeartbeatStore(Writer writer, Reads scans) {
    this.writer = writer;
    this.scans = scans;
  }

  @Override
  public void announce(ServerId server, Instant aliveUntil) {
    writer.write(session ->
        session
            .on(Sql.SERVER_ANNOUNCE)
            .set("server", server.text())
            .set("alive_until", aliveUntil)
            .update());
  }

  @Override
  public boolean renew(ServerId server, Instant aliveUntil) {
    return writer.write(session ->
        session
                .on(Sql.SERVER_RENEW)
                .set("server", server.text())
                .set("alive_until", aliveUntil)
                .update()
            == 1);
  }

  @Override
  public List<ServerId> declareDead(Instant now) {
    return writer.write(session -> {
      session.on(Sql.SERVERS_LATE).set("now", now).update();
      return session.on(Sql.SERVERS_DEAD).list(row -> new ServerId(row.text("id")));
    });
  }

  @Override
  public void declareOthersDead(ServerId survivor) {
    writer.write(
        session -> session.on(Sql.SERVERS_OTHERS_DEAD).set("survivor", survivor.text()).update());
  }

  @Override
  public List<Task> heldBy(ServerId server, int most) {
    return scans.read(session ->
        session.on(Sql.HELD_BY).set("server", server.text()).set("most", most).list(TaskRow::task));
  }

  @Override
  public void bury(ServerId server) {
    writer.write(session -> session.on(Sql.SERVER_BURY).set("server", server.text()).update());
  }
}
