package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.Transition;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore.Change;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Grants leases. The one thread that writes sees to it that nothing is granted twice. */
final class SqliteClaimStore implements ClaimStore {

  /**
   * Most tasks let into the ready index before one claim: a few milliseconds of the only writer.
   */
  private static final int RIPENED_AT_ONCE = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(SqliteClaimStore.class);

  private final Writer writer;
  private final Reads lookups;
  private final SqliteTransitionStore transitions;

  SqliteClaimStore(Writer writer, Reads lookups, SqliteTransitionStore transitions) {
    this.writer = writer;
    this.lookups = lookups;
    this.transitions = transitions;
  }

  @Override
  public List<Lane> readyLanes(Instant now) {
    return lookups.read(session ->
        session.on(Sql.LANES_READY).set("now", now).list(row -> new Lane(row.text("name"))));
  }

  @Override
  public List<Claimed> claimReady(
      LaneRule rule, Optional<Owner> servedLast, ServerId server, Instant now) {
    return decoded(
        writer.writeNewWork(session -> claimReady(session, rule, servedLast, server, now)), now);
  }

  /** The unit of work, for tests that count its steps. */
  static List<Grant> claimReady(
      Session session, LaneRule rule, Optional<Owner> servedLast, ServerId server, Instant now)
      throws SQLException {
    if (!isInForce(session, server, now)) {
      return List.of();
    }
    int room = rule.limit() - inFlight(session, rule, server);
    if (room <= 0) {
      return List.of();
    }
    ripen(session, rule, room, now);
    List<String> owners = nextOwners(session, rule, servedLast, room, now);
    return new Turns(owners, room)
        .fill((owner, most) -> grantReady(session, rule, owner, most, server, now));
  }

  private static boolean isInForce(Session session, ServerId server, Instant now)
      throws SQLException {
    return session
        .on(Sql.SERVER_IN_FORCE)
        .set("server", server.text())
        .set("now", now)
        .first(_ -> server)
        .isPresent();
  }

  private static int inFlight(Session session, LaneRule rule, ServerId server) throws SQLException {
    KeptStatement count =
        switch (rule.counts()) {
          case THIS_SERVER -> session.on(Sql.IN_FLIGHT_OF_SERVER).set("server", server.text());
          case ALL -> session.on(Sql.IN_FLIGHT_OF_ALL);
        };
    return count
        .set("lane", rule.lane().name())
        .set("most", rule.limit())
        .one(row -> row.number32("tasks"));
  }

  private static void ripen(Session session, LaneRule rule, int room, Instant now)
      throws SQLException {
    session
        .on(Sql.RIPEN)
        .set("lane", rule.lane().name())
        .set("now", now)
        .set("most", Math.max(room, RIPENED_AT_ONCE))
        .update();
  }

  /** Owners with something ready, in the order of their turns; no more than there is room for. */
  private static List<String> nextOwners(
      Session session, LaneRule rule, Optional<Owner> servedLast, int room, Instant now)
      throws SQLException {
    String last = servedLast.map(Owner::name).orElse("");
    var owners = new LinkedHashSet<>(ownersAfter(session, rule, last, room, now));
    if (!last.isEmpty()
        && owners.size() < room) { // on with the first name; known ones close the circle
      owners.addAll(ownersAfter(session, rule, "", room - owners.size(), now));
    }
    return List.copyOf(owners);
  }

  private static List<String> ownersAfter(
      Session session, LaneRule rule, String after, int most, Instant now) throws SQLException {
    return session
        .on(Sql.OWNERS_READY)
        .set("lane", rule.lane().name())
        .set("after", after)
        .set("now", now)
        .set("most", most)
        .list(row -> row.text("owner"));
  }

  private static List<Grant> grantReady(
      Session session, LaneRule rule, String owner, int most, ServerId server, Instant now)
      throws SQLException {
    List<Long> tasks =
        session
            .on(Sql.READY_OF_OWNER)
            .set("lane", rule.lane().name())
            .set("owner", owner)
            .set("now", now)
            .set("most", most)
            .list(row -> row.number64("seq"));
    return grant(session, tasks, server);
  }

  @Override
  public List<Claimed> takeUp(Set<String> sites, ServerId server, Instant now, int most) {
    return decoded(
        writer.write(session ->
            isInForce(session, server, now)
                ? grant(session, leftAlone(session, sites, now, most), server)
                : List.of()),
        now);
  }

  private static List<Long> leftAlone(Session session, Set<String> sites, Instant now, int most)
      throws SQLException {
    var found = new ArrayList<Due>();
    for (String site : sites) {
      found.addAll(
          session
              .on(Sql.TAKE_UP)
              .set("site", site)
              .set("now", now)
              .set("most", most)
              .list(row -> new Due(row.number64("due_at"), row.number64("seq"))));
    }
    return found.stream().sorted(Due.EARLIEST_FIRST).limit(most).map(Due::seq).toList();
  }

  private record Due(long dueAt, long seq) {
    static final Comparator<Due> EARLIEST_FIRST =
        Comparator.comparingLong(Due::dueAt).thenComparingLong(Due::seq);
  }

  @Override
  public Optional<Claimed> takeUpAnswered(TaskId task, int attempt, ServerId server, Instant now) {
    return decoded(
            writer.write(session ->
                isInForce(session, server, now)
                    ? grant(session, answered(session, task, attempt), server)
                    : List.of()),
            now)
        .stream()
        .findFirst();
  }

  private static List<Long> answered(Session session, TaskId task, int attempt)
      throws SQLException {
    return session
        .on(Sql.TAKE_UP_ANSWERED)
        .set("id", task.text())
        .set("attempt", attempt)
        .list(row -> row.number64("seq"));
  }

  private static List<Grant> grant(Session session, List<Long> tasks, ServerId server)
      throws SQLException {
    var granted = new ArrayList<Grant>();
    for (long seq : tasks) {
      session.on(Sql.GRANT).set("server", server.text()).set("seq", seq).update();
      granted.add(session.on(Sql.CLAIMED).set("seq", seq).one(Grant::read));
    }
    return granted;
  }

  /** On the caller's thread: the one that writes has no time to read JSON. */
  private List<Claimed> decoded(List<Grant> grants, Instant now) {
    return grants.stream().flatMap(grant -> readable(grant, now).stream()).toList();
  }

  /** What cannot be read would be granted again and again, and never begin: it ends here. */
  private Optional<Claimed> readable(Grant grant, Instant now) {
    try {
      return Optional.of(grant.claimed());
    } catch (IllegalStateException unreadable) {
      LOG.error( // without what is stored there: it may hold whole files
          "task={} ends, as it cannot be read: {}", grant.task().id(), unreadable.getMessage());
      end(grant.task(), now);
      return Optional.empty();
    }
  }

  private void end(Task task, Instant now) {
    Outcome outcome =
        new Outcome.Unplaceable(
            new Cause(
                "unreadable", "what was stored of the task cannot be read", "submit it again"));
    var ended = new TaskEvent.Ended(task.lease().orElseThrow(), outcome, 0, now);
    Function<Task, Transition> decide = held -> TaskMachine.apply(held, ended);
    try {
      transitions.apply(task.id(), new Change(now, decide, AttemptNews.NONE, _ -> List.of()));
    } catch (Refusal unavailable) { // its lease is found to be nobody's, and it is granted again
      LOG.warn("task={} has not ended yet: {}", task.id(), unavailable.getMessage());
    }
  }

  /** What was granted, with spec and report as stored. */
  record Grant(Task task, UnreadJson spec, Optional<UnreadJson> report) {
    static Grant read(Row row) throws SQLException {
      return new Grant(TaskRow.task(row), row.json("spec"), row.maybeJson("report"));
    }

    Claimed claimed() {
      return new Claimed(
          task,
          spec.as(TaskSpec.class),
          report.map(json -> json.as(AttemptReport.class)).orElse(AttemptReport.EMPTY));
    }
  }
}
