package org.millrace.engine.transition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.transition.StopSigns.Reason;

final class StopSignTest {
  private static final ServerId NORTH = new ServerId("north");
  private static final TaskId TASK = new TaskId("t");
  private final StopSign sign = new StopSign(lease(2));

  private static Lease lease(long number) {
    return new Lease(NORTH, number);
  }

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  static Stream<Arguments> every_two_reasons() {
    List<Arguments> pairs = new ArrayList<>();
    for (Reason first : Reason.values()) {
      for (Reason second : Reason.values()) {
        pairs.add(Arguments.of(first, second));
      }
    }
    return pairs.stream();
  }

  // One sign

  @ParameterizedTest
  @EnumSource(Reason.class)
  void a_sign_interrupts_who_watches_it_once(Reason reason) {
    sign.watch();
    assertThat(Thread.interrupted()).isFalse();

    sign.show(reason);

    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(sign.take()).contains(reason);
    assertThat(Thread.interrupted()).as("the interruption is taken with it").isFalse();
    assertThat(sign.take()).isEmpty();
  }

  @Test
  void one_that_was_shown_before_interrupts_as_soon_as_it_is_watched() {
    sign.show(Reason.CANCEL);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();

    sign.watch();

    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("every_two_reasons")
  void of_two_that_nobody_has_taken_the_graver_one_is_told(Reason first, Reason second) {
    sign.show(first);
    sign.show(second);

    assertThat(sign.take()).contains(first.compareTo(second) >= 0 ? first : second);
  }

  /** So a cancellation is not disturbed by another one; but after a limit another one may pass. */
  @ParameterizedTest
  @MethodSource("every_two_reasons")
  void after_one_was_taken_only_what_overrules_it_interrupts(Reason first, Reason second) {
    sign.watch();
    sign.show(first);
    sign.take();

    sign.show(second);

    boolean overrules = second.compareTo(first) > 0 || first == Reason.LIMIT;
    assertThat(Thread.interrupted()).isEqualTo(overrules);
    assertThat(sign.take()).isEqualTo(overrules ? Optional.of(second) : Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("every_two_reasons")
  void what_is_known_already_is_not_told_but_what_overrules_it_is(Reason known, Reason shown) {
    sign.watch();
    sign.heard(known);

    sign.show(shown);

    assertThat(sign.take())
        .isEqualTo(shown.compareTo(known) > 0 ? Optional.of(shown) : Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("every_two_reasons")
  void hearing_of_one_takes_back_what_it_overrules_and_nothing_graver(Reason shown, Reason heard) {
    sign.watch();
    sign.show(shown);

    sign.heard(heard);

    boolean graver = shown.compareTo(heard) > 0;
    assertThat(Thread.currentThread().isInterrupted()).isEqualTo(graver);
    assertThat(sign.take()).isEqualTo(graver ? Optional.of(shown) : Optional.empty());
  }

  @Test
  void who_ignores_it_is_not_interrupted_any_more() {
    sign.watch();
    sign.show(Reason.LIMIT);

    sign.ignore();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    sign.show(Reason.OVERTAKEN);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  // All of a server

  private final StopSigns signs = new StopSigns();

  @Test
  void a_task_is_worked_on_under_one_lease_at_a_time() {
    var other = new StopSign(lease(3));
    assertThat(signs.put(TASK, sign)).isTrue();
    assertThat(signs.put(TASK, other)).isFalse();
    assertThat(signs.has(TASK)).isTrue();
    assertThat(signs.has(TASK, lease(2))).isTrue();
    assertThat(signs.has(TASK, lease(3))).isFalse();

    signs.remove(TASK, other);
    assertThat(signs.size()).as("another's sign removes nothing").isEqualTo(1);
    signs.remove(TASK, sign);
    assertThat(signs.size()).isZero();
    assertThat(signs.has(TASK)).isFalse();
    assertThat(signs.has(TASK, lease(2))).isFalse();
    assertThat(signs.put(TASK, other)).isTrue();
  }

  @Test
  void a_sign_is_shown_under_its_own_lease_alone() {
    signs.put(TASK, sign);
    signs.show(new TaskId("another"), lease(2), Reason.CANCEL);
    signs.show(TASK, lease(1), Reason.CANCEL);
    signs.show(TASK, lease(3), Reason.CANCEL);
    assertThat(sign.take()).isEmpty();

    signs.show(TASK, lease(2), Reason.CANCEL);

    assertThat(sign.take()).contains(Reason.CANCEL);
  }

  @Test
  void or_under_an_older_one_than_is_in_force() {
    signs.put(TASK, sign);
    signs.showOlder(new TaskId("another"), lease(3), Reason.OVERTAKEN);
    signs.showOlder(TASK, lease(1), Reason.OVERTAKEN);
    signs.showOlder(TASK, lease(2), Reason.OVERTAKEN);
    assertThat(sign.take()).isEmpty();

    signs.showOlder(TASK, lease(3), Reason.OVERTAKEN);

    assertThat(sign.take()).contains(Reason.OVERTAKEN);
  }

  @Test
  void or_all_at_once() {
    var other = new StopSign(lease(7));
    signs.put(TASK, sign);
    signs.put(new TaskId("another"), other);

    signs.showAll(Reason.SHUTDOWN);

    assertThat(sign.take()).contains(Reason.SHUTDOWN);
    assertThat(other.take()).contains(Reason.SHUTDOWN);
  }
}
