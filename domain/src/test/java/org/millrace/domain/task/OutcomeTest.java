package org.millrace.domain.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.domain.task.Fault.CALLERS;
import static org.millrace.domain.task.Fault.NOBODYS;
import static org.millrace.domain.task.Fault.SERVERS;
import static org.millrace.domain.task.TaskState.CANCELED;
import static org.millrace.domain.task.TaskState.COMPLETE;
import static org.millrace.domain.task.TaskState.EXECUTOR_ERROR;
import static org.millrace.domain.task.TaskState.SYSTEM_ERROR;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.failure.Cause;

final class OutcomeTest {
  private static final Cause NAMED = new Cause("input-not-found", "there is no such file", "");
  private static final Cause OURS = new Cause("input-unreachable", "the peer is down", "");

  record Row(
      Outcome outcome, TaskState state, Fault fault, boolean retried, boolean mayHaveStarted) {}

  private static Stream<Row> table() {
    return Stream.of(
        new Row(new Outcome.Completed(), COMPLETE, NOBODYS, false, true),
        new Row(new Outcome.Cancelled("somebody"), CANCELED, NOBODYS, false, false),
        new Row(new Outcome.ExecutorFailed(0, 1, OURS), EXECUTOR_ERROR, CALLERS, true, true),
        new Row(timedOut(true), EXECUTOR_ERROR, CALLERS, false, true),
        new Row(timedOut(false), SYSTEM_ERROR, SERVERS, false, false),
        new Row(new Outcome.InputFailed(NAMED, false), SYSTEM_ERROR, CALLERS, false, false),
        new Row(new Outcome.InputFailed(OURS, true), SYSTEM_ERROR, SERVERS, true, false),
        new Row(new Outcome.OutputFailed(NAMED), SYSTEM_ERROR, CALLERS, true, true),
        new Row(new Outcome.OutputFailed(OURS), SYSTEM_ERROR, SERVERS, true, true),
        new Row(new Outcome.RuntimeFailed(NAMED, false), SYSTEM_ERROR, CALLERS, true, false),
        new Row(new Outcome.RuntimeFailed(OURS, true), SYSTEM_ERROR, SERVERS, true, true),
        new Row(new Outcome.Lost(NAMED, true), SYSTEM_ERROR, SERVERS, true, true),
        new Row(new Outcome.Lost(OURS, false), SYSTEM_ERROR, SERVERS, true, false),
        new Row(new Outcome.Unplaceable(NAMED), SYSTEM_ERROR, CALLERS, false, false),
        new Row(new Outcome.Unplaceable(OURS), SYSTEM_ERROR, SERVERS, false, false));
  }

  private static Outcome timedOut(boolean mayHaveStarted) {
    return new Outcome.TimedOut(TimeLimits.Limit.RUN, Duration.ofSeconds(3), mayHaveStarted);
  }

  @ParameterizedTest
  @MethodSource("table")
  void says_what_follows_from_it(Row row) {
    Outcome outcome = row.outcome();

    assertThat(outcome.state()).isEqualTo(row.state());
    assertThat(outcome.fault()).isEqualTo(row.fault());
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
  @EnumSource
  void a_limit_that_was_passed_is_named(TimeLimits.Limit limit) {
    var outcome = new Outcome.TimedOut(limit, Duration.ofSeconds(90), false);

    assertThat(outcome.why())
        .hasValueSatisfying(why ->
            assertThat(why.message()).containsIgnoringCase(limit.name()).contains("limit of 90 s"));
  }
}
