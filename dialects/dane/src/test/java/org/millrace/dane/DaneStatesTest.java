package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.dane.PythonJsonTest.value;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.Transition;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.Wanted;
import org.millrace.testkit.Fixtures;

/** The table of decision 11, row by row, and what a worker's 412 names. */
class DaneStatesTest {
  private static final FaceState BEFORE = new FaceState(404, "before", none());
  private static final DaneStates STATES = new DaneStates();

  private static Value.Fields none() {
    return new Value.Fields(Map.of());
  }

  private static FaceState after(
      Kind kind, @Nullable String detail, @Nullable Outcome ended, @Nullable String answer) {
    Task task = Fixtures.aTask().task();
    if (kind == Kind.ENDED || kind == Kind.CANCELED) {
      task = finished(task);
    }
    var changed =
        new Transition.Changed(
            task, kind, Optional.ofNullable(detail), Optional.ofNullable(ended), List.of());
    Optional<AttemptReport> report =
        Optional.ofNullable(answer)
            .map(body ->
                AttemptReport.EMPTY.withValue(
                    DaneAnswer.of(body.getBytes(StandardCharsets.UTF_8)).said()));
    return STATES.after(BEFORE, changed, report);
  }

  private static Task finished(Task task) {
    var event = new TaskEvent.CancelRequested("x", Fixtures.NOON);
    return TaskMachine.apply(task, event).task();
  }

  private record Row(
      String what,
      Kind kind,
      @Nullable String detail,
      @Nullable Outcome ended,
      @Nullable String answer,
      String told) {}

  private static final Cause CAUSE = new Cause("x", "it broke", "mend it");

  private static final List<Row> TABLE =
      List.of(
          new Row("an attempt begins", Kind.ATTEMPT_BEGUN, "dane", null, null, "102 Queued"),
          new Row("asked by retry", Kind.ASKED_AGAIN, "retry", null, null, "102 Queued"),
          new Row("asked by forceretry", Kind.ASKED_AGAIN, "forceretry", null, null, "102 Queued"),
          new Row("asked by a run", Kind.ASKED_AGAIN, "rerun", null, null, "102 Queued"),
          new Row("asked by reset", Kind.ASKED_AGAIN, "reset", null, null, "201 Reset"),
          new Row(
              "asked by a mass reset",
              Kind.ASKED_AGAIN,
              "mass-reset",
              null,
              null,
              "205 Manual reset"),
          new Row(
              "asked while it was under way",
              Kind.ASKED_AGAIN,
              "reset",
              new Outcome.Cancelled("somebody"),
              null,
              "201 Reset"),
          new Row(
              "done",
              Kind.ENDED,
              null,
              new Outcome.Completed(),
              "{\"state\": 200, \"message\": \"Success\"}",
              "200 Success"),
          new Row(
              "put off",
              Kind.DEFERRED,
              null,
              new Outcome.Deferred(CAUSE),
              "{\"state\": 412, \"message\": \"Unfinished dependencies\"}",
              "412 Unfinished dependencies"),
          new Row(
              "failed, to be tried again",
              Kind.RETRIED,
              null,
              new Outcome.WorkFailed(CAUSE),
              "{\"state\": 503, \"message\": \"proxy\"}",
              "503 proxy"),
          new Row(
              "failed, and not tried again",
              Kind.ENDED,
              null,
              new Outcome.WorkFailed(CAUSE),
              "{\"state\": 503, \"message\": \"proxy\"}",
              "500 gave up after 0 tries; the last answer was 503: proxy"),
          new Row(
              "refused in words of its own",
              Kind.ENDED,
              null,
              new Outcome.WorkRefused(CAUSE),
              "{\"state\": 7, \"message\": \"\"}",
              "7 "),
          new Row(
              "no queue took it",
              Kind.ENDED,
              null,
              new Outcome.WorkRefused(new Cause("unroutable", "no queue", "")),
              null,
              "422 Unroutable task"),
          new Row(
              "cancelled",
              Kind.CANCELED,
              null,
              new Outcome.Cancelled("somebody"),
              null,
              "500 Cancelled: by somebody"),
          new Row(
              "cancelled though it was answered",
              Kind.CANCELED,
              null,
              new Outcome.Cancelled("somebody"),
              "{\"state\": 200, \"message\": \"Success\"}",
              "500 Cancelled: by somebody"),
          new Row(
              "ended by the server",
              Kind.ENDED,
              null,
              new Outcome.RuntimeFailed(CAUSE, false),
              null,
              "500 it broke (mend it)"),
          new Row(
              "refused by the server",
              Kind.ENDED,
              null,
              new Outcome.WorkRefused(CAUSE),
              null,
              "500 it broke (mend it)"),
          new Row(
              "ended by nobody's word",
              Kind.ENDED,
              null,
              new Outcome.Completed(),
              null,
              "500 it ended, and no worker said how"),
          new Row(
              "failed by the server, to be tried again",
              Kind.RETRIED,
              null,
              new Outcome.Lost(CAUSE, true),
              null,
              "404 before"));

  @TestFactory
  Stream<DynamicTest> each_change_is_told_by_number_and_message() {
    return TABLE.stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.what,
                () -> {
                  FaceState after = after(row.kind, row.detail, row.ended, row.answer);
                  assertThat(after.number() + " " + after.message()).isEqualTo(row.told);
                  assertThat(after.also().values()).isEmpty();
                }));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {
        "SUBMITTED",
        "PUT_BACK",
        "STARTED",
        "HANDED_OVER",
        "WOKEN",
        "CANCEL_REQUESTED",
        "LEASE_ENDED",
        "LATE",
        "REMARKED"
      })
  void nothing_else_changes_it(Kind kind) {
    assertThat(after(kind, null, null, null)).isEqualTo(BEFORE);
  }

  @Test
  void what_a_runtime_left_that_is_no_answer_is_not_told() {
    var changed =
        new Transition.Changed(
            finished(Fixtures.aTask().task()),
            Kind.ENDED,
            Optional.empty(),
            Optional.of(new Outcome.WorkRefused(CAUSE)),
            List.of());
    for (String left : List.of("5", "{}", "{\"state\": 200}", "{\"state\": 1, \"message\": 2}")) {
      var report = Optional.of(AttemptReport.EMPTY.withValue(value(left)));
      assertThat(STATES.after(BEFORE, changed, report).message()).isEqualTo("it broke (mend it)");
    }
  }

  private static List<Wanted> named(String answer) {
    FaceState told = after(Kind.DEFERRED, null, new Outcome.Deferred(CAUSE), answer);
    return new DaneDependencies().named(told);
  }

  private static String deferred(String dependencies) {
    return "{\"state\": 412, \"message\": \"m\", \"dependencies\": " + dependencies + "}";
  }

  @Test
  void dependencies_are_keys_or_tasks_in_any_shape() {
    assertThat(
            named(
                deferred(
                    "[\"DOWNLOAD\", \"cv\", {\"key\": \"asr\", \"language\": \"nl\"},"
                        + " {\"task\": {\"key\": \"x\", \"priority\": 7}}]")))
        .extracting(Wanted::key, Wanted::priority, one -> PythonJson.line(one.arguments()))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("DOWNLOAD", 1, "{}"),
            org.assertj.core.groups.Tuple.tuple("CV", 1, "{}"),
            org.assertj.core.groups.Tuple.tuple("ASR", 1, "{\"language\": \"nl\"}"),
            org.assertj.core.groups.Tuple.tuple("X", 7, "{}"));
  }

  @Test
  void what_cannot_be_understood_is_left_out() {
    assertThat(named(deferred("[5, \"\", null, {\"a\": 1}, [], \"OK\", {\"key\": 5}]")))
        .extracting(Wanted::key)
        .containsExactly("OK");
    assertThat(named(deferred("\"DOWNLOAD\""))).isEmpty();
    assertThat(named("{\"state\": 412, \"message\": \"m\"}")).isEmpty();
    var many = "[" + "\"A\", ".repeat(1_000) + "\"B\"]";
    assertThat(named(deferred(many))).hasSize(1_000).noneMatch(one -> one.key().equals("B"));
  }

  @Test
  void only_a_task_that_was_put_off_has_some() {
    FaceState told =
        after(
            Kind.ENDED,
            null,
            new Outcome.Completed(),
            "{\"state\": 200, \"message\": \"m\", \"dependencies\": [\"A\"]}");
    assertThat(told.also().values()).containsKey("dependencies");
    assertThat(new DaneDependencies().named(told)).isEmpty();
  }
}
