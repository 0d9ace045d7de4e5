package org.millrace.runtimes.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.Fixtures.aTask;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.testkit.runtime.TestAttempt;
import org.millrace.testkit.runtime.Waiting;

/** Named handlers, what becomes of their work after a crash, and how it is stopped. */
class InProcessRuntimeTest {
  private static final Value NONE = new Value.Fields(Map.of());

  private final InProcessRuntime runtime = started();
  private final AtomicInteger mails = new AtomicInteger();

  /** As a server has it that was just started. */
  private InProcessRuntime started() {
    List<Handler> handlers = new ArrayList<>(Handlers.all(new VirtualThreads()));
    handlers.add(new Mail());
    return new InProcessRuntime(handlers);
  }

  /** Must not be done twice. */
  private final class Mail implements Handler {
    @Override
    public String name() {
      return "mail";
    }

    @Override
    public Effect effect() {
      return Effect.ONCE;
    }

    @Override
    public Value run(Value arguments) {
      mails.incrementAndGet();
      return arguments;
    }
  }

  private static TestAttempt attempt(String handler, Value arguments) {
    return new TestAttempt(InProcessRuntime.NAME, new InProcessWork(handler, arguments));
  }

  private static Value seconds(String digits) {
    return new Value.Fields(Map.of("seconds", new Value.Numeral(digits)));
  }

  private Collected run(String handler, Value arguments) throws InterruptedException {
    return run(runtime, attempt(handler, arguments));
  }

  private static Collected run(InProcessRuntime runtime, TestAttempt attempt)
      throws InterruptedException {
    runtime.prepare(attempt);
    runtime.start(attempt);
    ComputeEnd end = runtime.await(attempt);
    assertThat(runtime.look(attempt)).contains(end);
    Collected collected = runtime.collect(attempt, end);
    runtime.clean(attempt.handle());
    assertThat(runtime.look(attempt)).isEmpty();
    assertThat(attempt.checkpoints()).isEmpty();
    return collected;
  }

  @Test
  void handlers_leave_what_they_say() throws Exception {
    Value given = new Value.Items(List.of(new Value.Numeral("9007199254740993"), Value.NOTHING));

    assertThat(run("noop", given).value()).contains(NONE);
    assertThat(run("echo", given).value()).contains(new Value.Fields(Map.of("result", given)));
    assertThat(run("sleep", seconds("0.001")).value()).contains(NONE);
    assertThat(run("sleep", seconds("0")).whyFailed()).isEmpty();
  }

  @Test
  void what_computes_alone_is_done_at_once_and_all_else_takes_an_attempt() {
    Value given = new Value.Text("given");

    assertThat(atOnce("noop", given)).contains(NONE);
    assertThat(atOnce("echo", given)).contains(new Value.Fields(Map.of("result", given)));
    for (String other : List.of("fail", "sleep", "mail", "nothing")) {
      assertThat(atOnce(other, given)).as(other).isEmpty();
    }
    assertThat(mails).hasValue(0);
    assertThat(runtime.doAtOnce(aTask().spec().work())).as("of another kind").isEmpty();
  }

  private Optional<Value> atOnce(String handler, Value arguments) {
    return runtime.doAtOnce(new InProcessWork(handler, arguments));
  }

  @Test
  void fail_fails_with_the_text_it_is_given_on_one_line() throws Exception {
    for (Value said :
        List.of(
            new Value.Text("no\nluck"),
            new Value.Fields(Map.of("message", new Value.Text("no\nluck"))))) {
      Cause why = run("fail", said).whyFailed().orElseThrow();
      assertThat(why.code()).isEqualTo("handler-failed");
      assertThat(why.message()).isEqualTo("no?luck");
      assertThat(why.byCaller()).isTrue();
    }
    assertThat(run("fail", Value.NOTHING).whyFailed().orElseThrow().message())
        .isEqualTo("it was to fail, and did");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "3601", "1e400"})
  void sleep_wants_an_hour_at_most(String digits) throws Exception {
    assertThat(run("sleep", seconds(digits)).whyFailed().orElseThrow().code())
        .isEqualTo("arguments-bad");
    assertThat(run("sleep", new Value.Text(digits)).whyFailed()).isPresent();
  }

  @Test
  void a_handler_that_is_not_there_is_named_with_those_that_are() throws Exception {
    Cause why = run("nothing", NONE).whyFailed().orElseThrow();

    assertThat(why.code()).isEqualTo("handler-unknown");
    assertThat(why.toString()).contains("'nothing'", "echo, fail, mail, noop, sleep");
  }

  @Test
  void two_handlers_of_one_name_are_refused() {
    List<Handler> twice = List.of(new Mail(), new Mail());

    assertThatThrownBy(() -> new InProcessRuntime(twice)).hasMessageContaining("mail");
  }

  @Test
  void repeatable_work_of_a_server_that_died_is_done_again() throws Exception {
    TestAttempt attempt = attempt("echo", NONE);
    started().start(attempt);

    assertThat(runtime.await(attempt)).isEqualTo(new ComputeEnd.Ran());
    assertThat(runtime.collect(attempt, new ComputeEnd.Ran()).value()).isPresent();
  }

  @Test
  void other_work_of_a_server_that_died_is_lost_and_may_have_been_done() throws Exception {
    TestAttempt attempt = attempt("mail", NONE);
    started().start(attempt);

    assertThat(runtime.await(attempt))
        .isInstanceOfSatisfying(
            ComputeEnd.Lost.class,
            lost -> {
              assertThat(lost.mayHaveStarted()).isTrue();
              assertThat(lost.cause().message()).contains("'mail'");
            });
    assertThat(mails).hasValue(0);
    assertThat(run("mail", NONE).whyFailed()).as("one that began here").isEmpty();
  }

  @Test
  void work_is_done_once_however_often_it_is_awaited() throws Exception {
    TestAttempt attempt = attempt("mail", NONE);
    for (int i = 0; i < 2; i++) {
      runtime.prepare(attempt);
      runtime.start(attempt);
      assertThat(runtime.await(attempt)).isEqualTo(new ComputeEnd.Ran());
    }
    assertThat(mails).hasValue(1);
    runtime.clean(attempt.handle());
    runtime.clean(attempt.handle());
    assertThat(runtime.survivors()).isEmpty();
    assertThat(runtime.offer().runs()).isEqualTo(Set.of(InProcessWork.class));
  }

  @Test
  void what_was_cancelled_before_it_began_never_begins() throws Exception {
    TestAttempt attempt = attempt("mail", NONE);
    runtime.cancel(attempt.handle());
    runtime.start(attempt);

    assertThat(runtime.await(attempt)).isEqualTo(new ComputeEnd.Stopped(false));
    assertThat(mails).hasValue(0);
    assertThat(runtime.collect(attempt, new ComputeEnd.Stopped(false)))
        .isEqualTo(Collected.NOTHING);
  }

  @Test
  void what_is_cancelled_while_it_is_done_is_over_when_cancel_returns() throws Exception {
    TestAttempt attempt = attempt("sleep", seconds("3600"));
    runtime.start(attempt);
    var end = new FutureTask<>(() -> runtime.await(attempt));
    Thread worker = Thread.ofVirtual().start(end);
    Waiting.until(() -> worker.getState() == Thread.State.TIMED_WAITING);

    runtime.cancel(attempt.handle());

    assertThat(end.get()).isEqualTo(new ComputeEnd.Stopped(false));
    assertThat(runtime.look(attempt)).contains(new ComputeEnd.Stopped(false));
  }

  @Test
  void an_interruption_that_is_no_cancellation_goes_on_to_who_made_it() throws Exception {
    TestAttempt attempt = attempt("sleep", seconds("3600"));
    runtime.start(attempt);
    var end = new FutureTask<>(() -> runtime.await(attempt));
    Thread worker = Thread.ofVirtual().start(end);
    Waiting.until(() -> worker.getState() == Thread.State.TIMED_WAITING);

    worker.interrupt();

    assertThatThrownBy(end::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(runtime.look(attempt)).isEmpty();
  }
}
