package org.millrace.domain.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.domain.task.TaskState.CANCELED;
import static org.millrace.domain.task.TaskState.COMPLETE;
import static org.millrace.domain.task.TaskState.EXECUTOR_ERROR;
import static org.millrace.domain.task.TaskState.SYSTEM_ERROR;
import static org.millrace.domain.task.TaskState.WAITING;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;

final class OutcomeTest {
  private static final Cause WHY = new Cause("input-unreachable", "the peer is down", "");

  record Row(Outcome outcome, TaskState state, boolean retried, boolean mayHaveStarted) {}

  private static Stream<Row> table() {
    return Stream.of(
        new Row(new Outcome.Completed(), COMPLETE, false, true),
        new Row(new Outcome.Cancelled("somebody"), CANCELED, false, false),
        new Row(new Outcome.ExecutorFailed(0, 1, WHY), EXECUTOR_ERROR, true, true),
        new Row(new Outcome.WorkFailed(WHY), EXECUTOR_ERROR, true, true),
        new Row(new Outcome.WorkRefused(WHY), EXECUTOR_ERROR, false, true),
        new Row(new Outcome.Deferred(WHY), WAITING, false, false),
        new Row(timedOut(true), EXECUTOR_ERROR, false, true),
        new Row(timedOut(false), SYSTEM_ERROR, false, false),
        new Row(new Outcome.InputFailed(WHY, false), SYSTEM_ERROR, false, false),
        new Row(new Outcome.InputFailed(WHY, true), SYSTEM_ERROR, true, false),
        new Row(new Outcome.OutputFailed(WHY), SYSTEM_ERROR, true, true),
        new Row(new Outcome.RuntimeFailed(WHY, false), SYSTEM_ERROR, true, false),
        new Row(new Outcome.RuntimeFailed(WHY, true), SYSTEM_ERROR, true, true),
        new Row(new Outcome.Lost(WHY, true), SYSTEM_ERROR, true, true),
        new Row(new Outcome.Lost(WHY, false), SYSTEM_ERROR, true, false),
        new Row(new Outcome.Unplaceable(WHY), SYSTEM_ERROR, false, false));
  }

  private static Outcome timedOut(boolean mayHaveStarted) {
    return new Outcome.TimedOut(TimeLimits.Limit.RUN, Duration.ofSeconds(3), mayHaveStarted);
  }

  @ParameterizedTest
  @MethodSource("table")
  void says_what_follows_from_it(Row row) {
    Outcome outcome = row.outcome();

    assertThat(outcome.state()).isEqualTo(row.state());
    assertThat(outcome.mayBeRetried()).isEqualTo(row.retried());
    assertThat(outcome.mayHaveStarted()).isEqualTo(row.mayHaveStarted());
    assertThat(outcome.why().isEmpty()).isEqualTo(outcome instanceof Outcome.Completed);
  }

  @Test
  void the_table_has_every_kind() {
    Class<?>[] kinds = Outcome.class.getPermittedSubclasses();

    assertThat(table().<Class<?>>map(row -> row.outcome().getClass())).contains(kinds);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_ran_too_long_is_the_callers_and_what_never_ran_is_not(boolean mayHaveStarted) {
    assertThat(timedOut(mayHaveStarted).why().orElseThrow().byCaller()).isEqualTo(mayHaveStarted);
  }

  @ParameterizedTest
  @EnumSource
  void a_limit_that_was_passed_is_named(TimeLimits.Limit limit) {
    var outcome = new Outcome.TimedOut(limit, Duration.ofSeconds(90), false);

    assertThat(outcome.why())
        .hasValueSatisfying(why ->
            assertThat(why.message()).containsIgnoringCase(limit.name()).contains("limit of 90 s"));
  }
}
