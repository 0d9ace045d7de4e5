package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.engine.views.ViewStore.HistoryQuery;
import org.millrace.testkit.memory.InMemoryStore;

final class SideBySideTest {
  private static final int SEEDS = 20;

  @Test
  void the_calls_reach_every_kind_of_change_and_every_state_of_this_machine() {
    var kinds = EnumSet.noneOf(Kind.class);
    var states = EnumSet.noneOf(TaskState.class);
    for (long seed = 1; seed <= SEEDS; seed++) {
      StorePorts store = new InMemoryStore().ports();
      new SideBySide(store, new InMemoryStore().ports(), seed).play(500);
      for (var event :
          store
              .views()
              .history(
                  new HistoryQuery(0, Optional.empty(), Optional.empty(), Integer.MAX_VALUE))) {
        kinds.add(event.kind());
        states.add(event.state());
      }
    }

    assertThat(kinds).containsExactlyInAnyOrder(Kind.values());
    assertThat(states)
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.complementOf(EnumSet.of(TaskState.PAUSED, TaskState.PREEMPTED)));
  }

  @Test
  void a_seed_replays_to_the_same_failure() {
    Function<StorePorts, StorePorts> fault = good -> with(good, new RoomForOneMore(good.claims()));

    String once = catchThrowable(() -> play(fault, SEEDS)).getMessage();
    String again = catchThrowable(() -> play(fault, SEEDS)).getMessage();

    assertThat(once).isEqualTo(again).contains("seed ").contains("claimReady ");
  }

  @Test
  void a_lane_with_room_for_one_more_is_found() {
    assertFound(good -> with(good, new RoomForOneMore(good.claims())));
  }

  @Test
  void a_forgotten_turn_is_found() {
    assertFound(good ->
        with(
            good,
            new Claims(good.claims()) {
              @Override
              public List<Claimed> claimReady(
                  LaneRule rule, Optional<Owner> last, ServerId server, Instant now) {
                return super.claimReady(rule, Optional.empty(), server, now);
              }
            }));
  }

  @Test
  void an_overtaken_answer_that_is_believed_is_found() {
    assertFound(good ->
        with(
            good,
            new Claims(good.claims()) {
              @Override
              public Optional<Claimed> takeUpAnswered(
                  TaskId task, int attempt, ServerId server, Instant now) {
                int latest =
                    good.views().find(task).map(view -> view.task().attempt()).orElse(attempt);
                return super.takeUpAnswered(task, latest, server, now);
              }
            }));
  }

  @Test
  void a_site_that_does_not_matter_is_found() {
    assertFound(good ->
        with(
            good,
            new Claims(good.claims()) {
              @Override
              public List<Claimed> takeUp(
                  Set<String> sites, ServerId server, Instant now, int most) {
                return super.takeUp(Set.of("host-a", "host-b", ""), server, now, most);
              }
            }));
  }

  @Test
  void a_note_under_a_lost_lease_is_found() {
    assertFound(good ->
        with(
            good,
            new Transitions(good.transitions()) {
              @Override
              public boolean note(TaskId id, Lease lease, AttemptReport report) {
                Lease inForce =
                    good.views().find(id).flatMap(view -> view.task().lease()).orElse(lease);
                return super.note(id, inForce, report);
              }
            }));
  }

  @Test
  void a_change_nobody_is_told_of_is_found() {
    assertFound(good ->
        with(
            good,
            new Transitions(good.transitions()) {
              @Override
              public Optional<Transition> apply(TaskId id, Change change) {
                return super.apply(
                    id,
                    new Change(
                        change.at(),
                        change.decide(),
                        change.news(),
                        change.face(),
                        _ -> List.of()));
              }
            }));
  }

  @Test
  void a_call_that_fails_is_told_with_its_cause() {
    var broken = new IllegalStateException("disk on fire");

    assertThatThrownBy(() ->
            play(
                good ->
                    with(
                        good,
                        new Transitions(good.transitions()) {
                          @Override
                          public Optional<Transition> apply(TaskId id, Change change) {
                            throw broken;
                          }
                        }),
                1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 1")
        .hasCause(broken);
  }

  @Test
  void nothing_is_found_where_nothing_is_wrong() {
    play(
        good -> with(with(good, new Claims(good.claims())), new Transitions(good.transitions())),
        SEEDS);
  }

  private static void assertFound(Function<StorePorts, StorePorts> fault) {
    assertThatThrownBy(() -> play(fault, SEEDS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ");
  }

  private static void play(Function<StorePorts, StorePorts> fault, int seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      StorePorts faulty = fault.apply(new InMemoryStore().ports());
      new SideBySide(faulty, new InMemoryStore().ports(), seed).play(500);
    }
  }

  private static StorePorts with(StorePorts ports, ClaimStore claims) {
    return Intercepted.replacing(ports, ClaimStore.class, claims);
  }

  private static StorePorts with(StorePorts ports, TransitionStore transitions) {
    return Intercepted.replacing(ports, TransitionStore.class, transitions);
  }

  /** Claims as they should be; faults override one. */
  private static class Claims implements ClaimStore {
    private final ClaimStore good;

    Claims(ClaimStore good) {
      this.good = good;
    }

    @Override
    public List<Lane> readyLanes(Instant now) {
      return good.readyLanes(now);
    }

    @Override
    public List<Claimed> claimReady(
        LaneRule rule, Optional<Owner> last, ServerId server, Instant now) {
      return good.claimReady(rule, last, server, now);
    }

    @Override
    public List<Claimed> takeUp(Set<String> sites, ServerId server, Instant now, int most) {
      return good.takeUp(sites, server, now, most);
    }

    @Override
    public Optional<Claimed> takeUpAnswered(
        TaskId task, int attempt, ServerId server, Instant now) {
      return good.takeUpAnswered(task, attempt, server, now);
    }
  }

  private static final class RoomForOneMore extends Claims {
    RoomForOneMore(ClaimStore good) {
      super(good);
    }

    @Override
    public List<Claimed> claimReady(
        LaneRule rule, Optional<Owner> last, ServerId server, Instant now) {
      var wider = new LaneRule(rule.lane(), rule.limit() + 1, rule.counts(), rule.whenFull());
      return super.claimReady(wider, last, server, now);
    }
  }

  /** Transitions as they should be; faults override one. */
  private static class Transitions implements TransitionStore {
    private final TransitionStore good;

    Transitions(TransitionStore good) {
      this.good = good;
    }

    @Override
    public Optional<Transition> apply(TaskId id, Change change) {
      return good.apply(id, change);
    }

    @Override
    public boolean note(TaskId id, Lease lease, AttemptReport report) {
      return good.note(id, lease, report);
    }
  }
}
