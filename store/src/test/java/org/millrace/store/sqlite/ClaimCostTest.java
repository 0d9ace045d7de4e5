package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.Lane;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.testkit.TaskSteps;

/**
 * What a claim costs does not depend on how much waits. Counted in steps of SQLite, before and
 * after a crowd comes.
 */
final class ClaimCostTest {
  private static final int CROWD = 100_000;
  private static final int ROOM = 16;

  @AutoClose private final Session session;

  ClaimCostTest(@TempDir Path folder) throws SQLException {
    try (SqliteStore store = TestFolder.withTables(folder).open()) {
      store.ports().heartbeats().announce(NORTH, at(3600));
      var steps = new TaskSteps(store.ports(), NORTH);
      for (String owner : List.of("ada", "bob", "cid")) {
        for (int number = 0; number < 2 * ROOM; number++) {
          steps.submit(aTask(owner + number).of(owner).inLane("busy"));
        }
      }
      steps.submit(aTask("elsewhere").inLane("other"));
      steps.submit(aTask("later").inLane("busy").of("ada").dueAt(at(1800)));
    }
    session = new TestFolder(folder).writing();
    claim(Counts.THIS_SERVER); // preparing the statements has its steps too
  }

  @Test
  void a_crowd_in_another_lane_costs_nothing() throws SQLException {
    long before = claim(Counts.THIS_SERVER);
    Crowd.copy(session, "elsewhere", CROWD);

    assertThat(claim(Counts.THIS_SERVER)).isEqualTo(before);
  }

  @Test
  void whether_a_lane_is_full_is_counted_no_further_than_its_limit() throws SQLException {
    long before = fullAt(50);
    Crowd.copy(session, "ada0", CROWD);

    assertThat(fullAt(50)).isEqualTo(before);
  }

  private long fullAt(int most) throws SQLException {
    Session.Unit<Integer> count =
        same ->
            same.on(Sql.LANE_UNFINISHED)
                .set("lane", "busy")
                .set("most", most)
                .one(row -> row.number32("tasks"));
    StepCount.of(session, count); // preparing the statement has its steps too
    return StepCount.of(session, count);
  }

  @Test
  void a_crowd_of_one_owner_in_the_same_lane_costs_nothing() throws SQLException {
    long before = claim(Counts.THIS_SERVER);
    Crowd.copy(session, "ada0", CROWD);

    assertThat(claim(Counts.THIS_SERVER)).isEqualTo(before);
  }

  @Test
  void a_crowd_that_is_not_due_yet_costs_nothing() throws SQLException {
    long before = claim(Counts.THIS_SERVER);
    Crowd.copy(session, "later", CROWD);

    assertThat(claim(Counts.THIS_SERVER)).isEqualTo(before);
  }

  @Test
  void a_crowd_that_another_server_holds_costs_nothing() throws SQLException {
    hold("ada0");
    long before = claim(Counts.THIS_SERVER);
    Crowd.copy(session, "ada0", CROWD);

    assertThat(claim(Counts.THIS_SERVER)).isEqualTo(before);
  }

  @Test
  void counting_a_crowd_in_flight_ends_at_the_limit() throws SQLException {
    for (int number = 0; number < ROOM; number++) {
      hold("ada" + number);
    }
    long full = claim(Counts.ALL);
    Crowd.copy(session, "ada0", CROWD);

    assertThat(claim(Counts.ALL)).isEqualTo(full);
  }

  @Test
  void many_owners_cost_no_more_than_there_is_room_for() throws SQLException {
    long three = claim(Counts.THIS_SERVER);
    Crowd.copy(session, "ada0", CROWD / 10);
    TestFolder.run(session, "UPDATE task SET owner = id WHERE id LIKE 'ada0-%'");

    assertThat(claim(Counts.THIS_SERVER)).isLessThan(3 * three);
  }

  private void hold(String id) throws SQLException {
    TestFolder.run(
        session,
        "UPDATE task SET holder = 'south', lease_no = 1, ready = NULL, rank = NULL WHERE id = '"
            + id
            + "'");
  }

  /** What a claim costs that fills the room, and is undone. */
  private long claim(Counts counts) throws SQLException {
    var rule = new LaneRule(new Lane("busy"), ROOM, counts, WhenFull.WAIT);
    return StepCount.of(
        session,
        same -> {
          same.on(Sql.SAVEPOINT).run();
          int granted =
              SqliteClaimStore.claimReady(same, rule, Optional.of(new Owner("bob")), NORTH, at(60))
                  .size();
          assertThat(granted).isEqualTo(counts == Counts.ALL ? 0 : ROOM);
          same.on(Sql.ROLLBACK_TO_SAVEPOINT).run();
          same.on(Sql.RELEASE_SAVEPOINT).run();
          return granted;
        });
  }
}
