package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.dispatch.LaneRule;

/** Grants leases. */
final class InMemoryClaimStore implements ClaimStore {
  private final Tables tables;

  InMemoryClaimStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public List<Lane> readyLanes(Instant now) {
    return tables.locked(() ->
        tables
            .unfinished()
            .filter(row -> row.isReady(now))
            .map(row -> row.task().lane())
            .distinct()
            .sorted(Comparator.comparing(Lane::name))
            .toList());
  }

  @Override
  public List<Claimed> claimReady(
      LaneRule rule, Optional<Owner> servedLast, ServerId server, Instant now) {
    return tables.locked(() -> {
      if (!tables.isInForce(server, now)) {
        return List.of();
      }
      long room = rule.limit() - inFlight(rule, server);
      return inTurns(readyByOwner(rule, now), servedLast, room).stream()
          .map(row -> row.grantTo(server))
          .toList();
    });
  }

  private long inFlight(LaneRule rule, ServerId server) {
    return tables
        .unfinished(rule.lane())
        .filter(row ->
            switch (rule.counts()) {
              case THIS_SERVER -> row.isHeldBy(server);
              case ALL -> row.isInFlight();
            })
        .count();
  }

  private NavigableMap<String, Deque<TaskRow>> readyByOwner(LaneRule rule, Instant now) {
    var ready = new TreeMap<String, Deque<TaskRow>>();
    tables
        .unfinished(rule.lane())
        .filter(row -> row.isReady(now))
        .sorted(TaskRow.FIRST_TO_GO)
        .forEach(row ->
            ready.computeIfAbsent(row.task().owner().name(), _ -> new ArrayDeque<>()).add(row));
    return ready;
  }

  private static List<TaskRow> inTurns(
      NavigableMap<String, Deque<TaskRow>> ready, Optional<Owner> servedLast, long room) {
    List<Deque<TaskRow>> circle =
        servedLast
            .map(last ->
                Stream.of(ready.tailMap(last.name(), false), ready.headMap(last.name(), true)))
            .orElseGet(() -> Stream.of(ready))
            .flatMap(part -> part.values().stream())
            .toList();
    var chosen = new ArrayList<TaskRow>();
    while (chosen.size() < room && circle.stream().anyMatch(tasks -> !tasks.isEmpty())) {
      for (Deque<TaskRow> tasks : circle) {
        if (chosen.size() < room && !tasks.isEmpty()) {
          chosen.add(tasks.remove());
        }
      }
    }
    return chosen;
  }

  @Override
  public List<Claimed> takeUp(Set<String> sites, ServerId server, Instant now, int most) {
    return tables.locked(() ->
        !tables.isInForce(server, now)
            ? List.of()
            : tables
                .unfinished()
                .filter(row -> row.isLeftAlone() && row.isDue(now))
                .filter(row -> sites.contains(row.task().handle().orElseThrow().site()))
                .sorted(TaskRow.EARLIEST_DUE)
                .limit(most)
                .map(row -> row.grantTo(server))
                .toList());
  }

  @Override
  public Optional<Claimed> takeUpAnswered(TaskId task, int attempt, ServerId server, Instant now) {
    return tables.locked(() ->
        tables
            .find(task)
            .filter(_ -> tables.isInForce(server, now))
            .filter(row -> row.isLeftAlone() && row.task().attempt() == attempt)
            .map(row -> row.grantTo(server)));
  }
}
