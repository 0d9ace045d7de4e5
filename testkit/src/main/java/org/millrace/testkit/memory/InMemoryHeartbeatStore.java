package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.engine.recovery.HeartbeatStore;
import org.millrace.testkit.memory.Tables.ServerRow;

/** Who is alive. */
final class InMemoryHeartbeatStore implements HeartbeatStore {
  private final Tables tables;

  InMemoryHeartbeatStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public void announce(ServerId server, Instant aliveUntil) {
    tables.locked(() -> tables.servers().put(server.text(), new ServerRow(aliveUntil, false)));
  }

  @Override
  public boolean renew(ServerId server, Instant aliveUntil) {
    return tables.locked(() -> {
      ServerRow row = tables.servers().get(server.text());
      if (row == null || row.dead()) {
        return false;
      }
      tables.servers().put(server.text(), new ServerRow(aliveUntil, false));
      return true;
    });
  }

  @Override
  public List<ServerId> declareDead(Instant now) {
    return tables.locked(() -> {
      declareDeadIf(server -> !tables.isInForce(server, now));
      return tables.servers().entrySet().stream()
          .filter(entry -> entry.getValue().dead())
          .map(entry -> new ServerId(entry.getKey()))
          .toList();
    });
  }

  @Override
  public void declareOthersDead(ServerId survivor) {
    tables.locked(() -> {
      declareDeadIf(server -> !server.equals(survivor));
      return true;
    });
  }

  private void declareDeadIf(Predicate<ServerId> gone) {
    tables
        .servers()
        .replaceAll((name, row) ->
            gone.test(new ServerId(name)) ? new ServerRow(row.aliveUntil(), true) : row);
  }

  @Override
  public List<Task> heldBy(ServerId server, int most) {
    return tables.locked(() ->
        tables
            .unfinished()
            .filter(row -> row.isHeldBy(server))
            .limit(most)
            .map(TaskRow::task)
            .toList());
  }

  @Override
  public void bury(ServerId server) {
    tables.locked(() ->
        tables
            .servers()
            .computeIfPresent(
                server.text(), (_, row) -> row.dead() && holdsNothing(server) ? null : row));
  }

  private boolean holdsNothing(ServerId server) {
    return tables.unfinished().noneMatch(row -> row.isHeldBy(server));
  }
}
