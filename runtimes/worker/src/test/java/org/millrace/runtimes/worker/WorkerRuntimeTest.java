package org.millrace.runtimes.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Binding;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.testkit.runtime.TestAttempt;

/** Publishing, and finding out what became of a message (contracts/dane.md 3.4, 3.8). */
class WorkerRuntimeTest {
  private static final RuntimeName NAME = new RuntimeName("dane");
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Cause AWAY = new Cause("broker-away", "nobody is there", "start it");
  private static final WorkerWork WORK =
      new WorkerWork("spoken", "Video.ASR", "ASR", "a document", new Value.Fields(Map.of()));

  private final ScriptedBroker broker = new ScriptedBroker();
  private final Spoken spoken = new Spoken();
  private final List<Duration> slept = new ArrayList<>();
  private Instant now = BEGIN;
  private final TestAttempt attempt = new TestAttempt(NAME, WORK);
  private WorkerRuntime runtime = started();

  private WorkerRuntime started() {
    return new WorkerRuntime(
        NAME,
        broker,
        List.of(spoken),
        WorkerTimes.DEFAULT.withAnswerWithin(Duration.ofHours(2)),
        new Passing(),
        () -> now);
  }

  @Test
  void offers_to_hand_over_work_of_workers_unless_the_broker_is_away() {
    assertThat(runtime.offer().custody()).isEqualTo(Custody.HANDED_OVER);
    assertThat(runtime.offer().runs()).containsExactly(WorkerWork.class);
    assertThat(runtime.offer().unavailable()).isEmpty();

    broker.trouble = Optional.of(AWAY);

    assertThat(runtime.offer().unavailable()).contains(AWAY);
    assertThat(runtime.offer().comesBack()).isTrue();
  }

  @Test
  void publishes_the_message_of_the_attempt() throws Exception {
    runtime.prepare(attempt);
    runtime.start(attempt);

    assertThat(broker.published)
        .singleElement()
        .extracting(Message::routingKey, Message::correlationId)
        .containsExactly("Video.ASR", attempt.task() + ".1");
  }

  @Test
  void publishes_again_until_the_broker_has_said_what_became_of_the_message() throws Exception {
    broker.says.add(new Published.Unknown(AWAY));
    broker.says.add(new Published.Unknown(AWAY));

    runtime.start(attempt);

    assertThat(broker.published).hasSize(3);
    assertThat(slept).hasSize(2);
  }

  @Test
  void a_message_that_no_queue_takes_ends_its_attempt_for_good() {
    broker.says.add(new Published.Unroutable());

    AttemptFailed failed = catchThrowableOfType(AttemptFailed.class, () -> runtime.start(attempt));

    assertThat(failed.outcome()).isInstanceOf(Outcome.WorkRefused.class);
    Cause why = failed.outcome().why().orElseThrow();
    assertThat(why.code()).isEqualTo(WorkerRuntime.UNROUTABLE);
    assertThat(why.message()).contains("Video.ASR").contains("the-exchange");
  }

  @Test
  void shortly_after_a_restart_of_the_broker_workers_are_given_time_to_bind_again()
      throws Exception {
    broker.boundAnewSince = BEGIN.minusSeconds(50);
    for (int i = 0; i < 4; i++) {
      broker.says.add(new Published.Unroutable());
    }

    runtime.start(attempt);

    assertThat(broker.published).hasSize(5);
  }

  @Test
  void but_no_longer_than_that() {
    broker.boundAnewSince = BEGIN.minusSeconds(50);
    for (int i = 0; i < 100; i++) {
      broker.says.add(new Published.Unroutable());
    }

    AttemptFailed failed = catchThrowableOfType(AttemptFailed.class, () -> runtime.start(attempt));

    assertThat(failed.outcome()).isInstanceOf(Outcome.WorkRefused.class);
    assertThat(now).as("at the first try after the minute").isEqualTo(BEGIN.plusSeconds(15));
  }

  /** It would have lain in a durable queue by then, where the broker keeps it for the worker. */
  @Test
  void what_was_there_before_the_broker_came_back_waits_for_its_worker() throws Exception {
    attempt.due(BEGIN.minusSeconds(51));
    broker.boundAnewSince = BEGIN.minusSeconds(50);
    for (int i = 0; i < 100; i++) {
      broker.says.add(new Published.Unroutable());
    }

    runtime.start(attempt);

    assertThat(broker.published).hasSize(101);
    assertThat(now).isAfter(BEGIN.plus(Duration.ofMinutes(45)));
    assertThat(slept).as("seldom, but not too seldom").allMatch(pause -> pause.toSeconds() <= 32);
  }

  @Test
  void a_message_in_a_queue_or_with_a_worker_is_left_alone_for_ever() throws Exception {
    broker.queues = queues(1);

    lookEveryMinuteFor(Duration.ofDays(3));

    assertThat(broker.published).isEmpty();
  }

  @Test
  void a_message_that_is_in_no_queue_any_more_is_published_again_under_the_same_attempt()
      throws Exception {
    broker.queues = queues(0);

    lookEveryMinuteFor(Duration.ofMinutes(2));

    assertThat(broker.published)
        .singleElement()
        .extracting(Message::correlationId)
        .isEqualTo(attempt.task() + ".1");
  }

  @Test
  void an_answer_is_given_time_to_arrive_after_its_message_has_left_the_queue() throws Exception {
    broker.queues = queues(0);

    lookEveryMinuteFor(Duration.ofMinutes(1)); // seen empty for the first time just now

    assertThat(broker.published).isEmpty();
  }

  @Test
  void what_was_published_again_is_not_lost_because_the_queue_was_empty_before() throws Exception {
    broker.queues = queues(0);
    lookEveryMinuteFor(Duration.ofMinutes(2));
    broker.queues = queues(1);

    lookEveryMinuteFor(Duration.ofDays(1));

    assertThat(broker.published).hasSize(1);
  }

  @Test
  void when_queues_cannot_be_asked_it_is_lost_when_its_time_is_over() throws Exception {
    lookEveryMinuteFor(Duration.ofMinutes(119));
    assertThat(broker.published).isEmpty();

    lookEveryMinuteFor(Duration.ofMinutes(1));
    assertThat(broker.published).hasSize(1);

    lookEveryMinuteFor(Duration.ofMinutes(119));
    assertThat(broker.published).hasSize(1);
  }

  @Test
  void nothing_is_presumed_lost_while_the_broker_is_away() throws Exception {
    broker.trouble = Optional.of(AWAY);

    lookEveryMinuteFor(Duration.ofHours(9));

    assertThat(broker.published).isEmpty();
  }

  @Test
  void a_queue_that_was_deleted_has_lost_its_message_and_nobody_takes_another() throws Exception {
    broker.queues = Optional.of(List.of());
    broker.says.add(new Published.Unroutable());

    Optional<ComputeEnd> end = lookEveryMinuteFor(Duration.ofMinutes(1));

    assertThat(end)
        .get()
        .isInstanceOfSatisfying(
            ComputeEnd.Answered.class,
            answered -> assertThat(answered.outcome()).isInstanceOf(Outcome.WorkRefused.class));
  }

  /** Its queue is durable, its binding is not: a worker that comes back finds it. */
  @Test
  void a_message_whose_queue_is_bound_to_nothing_since_the_broker_restarted_is_left_there()
      throws Exception {
    broker.queues = Optional.of(List.of());
    broker.boundAnewSince = BEGIN.plusSeconds(30);

    assertThat(lookEveryMinuteFor(Duration.ofHours(9))).isEmpty();
    assertThat(broker.published).isEmpty();

    broker.queues = queues(1);
    assertThat(lookEveryMinuteFor(Duration.ofHours(9))).isEmpty();
    assertThat(broker.published).isEmpty();
  }

  @Test
  void and_so_is_one_whose_queue_cannot_be_asked_for() throws Exception {
    broker.boundAnewSince = BEGIN.plusSeconds(30);
    for (int i = 0; i < 60; i++) {
      broker.says.add(new Published.Unroutable());
    }

    assertThat(lookEveryMinuteFor(Duration.ofHours(3).minusMinutes(1))).isEmpty();
    assertThat(broker.says).as("it was tried").isEmpty();

    assertThat(lookEveryMinuteFor(Duration.ofMinutes(119))).isEmpty();
    assertThat(broker.published).as("a worker is back, and takes it once").hasSize(61);
  }

  @Test
  void what_is_not_told_of_answers_is_never_taken_for_none() throws Exception {
    broker.queues = queues(0);
    broker.answersWaiting = OptionalLong.empty();

    lookEveryMinuteFor(Duration.ofMinutes(119));
    assertThat(broker.published).isEmpty();

    lookEveryMinuteFor(Duration.ofMinutes(1));
    assertThat(broker.published).as("its time is over").hasSize(1);
  }

  @Test
  void those_who_waited_for_a_broker_that_says_nothing_for_long_do_not_ask_again()
      throws Exception {
    broker.asking = () -> now = now.plusSeconds(15);

    runtime.whyItTakesLong(WORK, AttemptReport.EMPTY);
    runtime.whyItTakesLong(WORK, AttemptReport.EMPTY);

    assertThat(broker.asked).isOne();
  }

  @Test
  void a_message_is_not_lost_while_its_answer_may_lie_unread() throws Exception {
    broker.queues = queues(0);
    broker.answersWaiting = OptionalLong.of(3);
    lookEveryMinuteFor(Duration.ofHours(5));
    assertThat(broker.published).isEmpty();

    lookEveryMinuteFor(Duration.ofMinutes(2L * QueueWatch.MOST_SIGHTINGS));
    assertThat(broker.published).as("however long that is").isEmpty();

    broker.answersWaiting = OptionalLong.of(0);
    lookEveryMinuteFor(Duration.ofMinutes(1));
    assertThat(broker.published).hasSize(1);
  }

  @Test
  void a_broker_that_told_of_its_queues_and_does_not_now_is_not_believed_to_have_none()
      throws Exception {
    broker.queues = queues(1);
    lookEveryMinuteFor(Duration.ofHours(3));
    broker.queues = Optional.empty();

    lookEveryMinuteFor(QueueWatch.SILENT_FOR.minusMinutes(1));
    assertThat(broker.published).isEmpty();

    lookEveryMinuteFor(Duration.ofMinutes(3));
    assertThat(broker.published).as("it has been silent for long").hasSize(1);
  }

  @Test
  void a_broker_that_starts_with_the_server_is_not_believed_to_be_mute() throws Exception {
    now = BEGIN.plus(Duration.ofDays(3));
    runtime = started();

    lookEveryMinuteFor(QueueWatch.STARTS_WITHIN.minusMinutes(1));
    assertThat(broker.published).as("it may tell yet").isEmpty();

    lookEveryMinuteFor(Duration.ofMinutes(2));
    assertThat(broker.published).hasSize(1);
  }

  @Test
  void a_message_that_no_broker_would_take_ends_its_attempt() {
    spoken.body = new byte[WorkerBroker.LONGEST_MESSAGE + 1];

    AttemptFailed failed = catchThrowableOfType(AttemptFailed.class, () -> runtime.start(attempt));

    assertThat(failed.outcome().why().orElseThrow().message()).contains("16777216 bytes");
    assertThat(broker.published).isEmpty();
  }

  @Test
  void what_keeps_a_message_here_is_told_once_and_taken_back_however_it_ends() throws Exception {
    var heard = new Heard();
    attempt.tell(heard);
    broker.says.add(new Published.Unknown(AWAY));
    broker.says.add(new Published.Unknown(AWAY));
    runtime.start(attempt);
    assertThat(heard.told).containsExactly(AWAY.toString(), "free");

    broker.says.add(new Published.Unknown(AWAY));
    broker.says.add(new Published.Unroutable());
    assertThat(catchThrowableOfType(AttemptFailed.class, () -> runtime.start(attempt))).isNotNull();
    assertThat(heard.told).endsWith(AWAY.toString(), "free");
  }

  @Test
  void what_no_queue_takes_after_a_restart_of_the_broker_is_told_for_how_long_it_waits()
      throws Exception {
    var heard = new Heard();
    attempt.tell(heard);
    broker.boundAnewSince = BEGIN.minusSeconds(50);
    broker.says.add(new Published.Unroutable());
    runtime.start(attempt);
    attempt.due(BEGIN.minusSeconds(51));
    broker.says.add(new Published.Unroutable());
    runtime.start(attempt);

    assertThat(heard.told)
        .as("what came after the broker, and what was there before it")
        .satisfiesExactly(
            later -> assertThat(later).contains(BEGIN.plusSeconds(10).toString(), "is refused"),
            _ -> {},
            before -> assertThat(before).contains("the task goes to it within 32 s"),
            _ -> {});
  }

  private static final class Heard implements Progress {
    private final List<String> told = new ArrayList<>();

    @Override
    public void file(String label, long expectedBytes) {
      throw new AssertionError("no file is moved");
    }

    @Override
    public void moved(long bytes) {
      throw new AssertionError("no file is moved");
    }

    @Override
    public void held(Cause cause) {
      told.add(cause.toString());
    }

    @Override
    public void free() {
      told.add("free");
    }
  }

  @Test
  void what_was_deleted_while_the_broker_was_away_is_not_published() {
    broker.says.add(new Published.Unknown(AWAY));
    broker.afterPublish = () -> spoken.gone = true;

    AttemptFailed failed = catchThrowableOfType(AttemptFailed.class, () -> runtime.start(attempt));

    assertThat(failed.outcome().why().orElseThrow().code()).isEqualTo("gone");
    assertThat(broker.published).hasSize(1);
  }

  @Test
  void what_cannot_be_read_now_is_published_when_it_can_be() throws Exception {
    spoken.unreadable = 2;

    runtime.start(attempt);

    assertThat(broker.published).hasSize(1);
    assertThat(slept).hasSize(2);
  }

  @Test
  void a_message_is_looked_for_where_it_went() throws Exception {
    spoken.route = "video.ASR";
    runtime.start(attempt);
    assertThat(attempt.checkpoint("route")).contains("video.ASR");
    broker.queues =
        Optional.of(
            List.of(
                new WorkerQueue(
                    "asr", List.of(new Binding("the-exchange", "video.*")), 1, 5, false)));

    lookEveryMinuteFor(Duration.ofDays(1));

    assertThat(broker.published).hasSize(1);
  }

  @Test
  void only_queues_that_the_route_leads_to_count() throws Exception {
    broker.queues =
        Optional.of(
            List.of(
                new WorkerQueue(
                    "other", List.of(new Binding("the-exchange", "#.OTHER")), 1, 5, false),
                new WorkerQueue("elsewhere", List.of(new Binding("another", "#.ASR")), 1, 5, false),
                new WorkerQueue(
                    "asr", List.of(new Binding("the-exchange", "#.ASR")), 1, 0, false)));

    lookEveryMinuteFor(Duration.ofMinutes(2));

    assertThat(broker.published).hasSize(1);
  }

  /** A message that goes to two queues is lost when it has left both, and neither has answered. */
  @Test
  void a_message_is_not_lost_while_one_of_the_queues_that_it_went_to_may_hold_it()
      throws Exception {
    broker.queues = queues(0, 1);
    lookEveryMinuteFor(Duration.ofDays(1));
    assertThat(broker.published).isEmpty();

    broker.queues = queues(0, 0);
    lookEveryMinuteFor(Duration.ofMinutes(2));
    assertThat(broker.published).hasSize(1);
  }

  @Test
  void queues_need_not_be_empty_at_the_same_time_to_have_lost_a_message() throws Exception {
    broker.queues = queues(0, 1);
    lookEveryMinuteFor(Duration.ofMinutes(2));
    broker.queues = queues(1, 0);

    lookEveryMinuteFor(Duration.ofMinutes(2));

    assertThat(broker.published).hasSize(1);
  }

  @Test
  void a_broker_is_asked_for_its_queues_every_few_seconds_at_most() throws Exception {
    broker.queues = queues(1);
    for (int i = 0; i < 100; i++) {
      look();
    }
    assertThat(broker.asked).isEqualTo(1);
  }

  @Test
  void the_longer_work_is_out_the_seldomer_it_is_looked_at() {
    Duration usual = Duration.ofSeconds(10);
    assertThat(runtime.lookEvery(usual, Duration.ZERO)).isEqualTo(Duration.ofMinutes(1));
    assertThat(runtime.lookEvery(usual, Duration.ofMinutes(8))).isEqualTo(Duration.ofMinutes(1));
    assertThat(runtime.lookEvery(usual, Duration.ofHours(4))).isEqualTo(Duration.ofMinutes(30));
    assertThat(runtime.lookEvery(usual, Duration.ofDays(9))).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void collects_what_was_answered() {
    Value said = new Value.Text("done");

    assertThat(
            runtime
                .collect(attempt, new ComputeEnd.Answered(new Outcome.Completed(), said))
                .value())
        .contains(said);
    assertThat(runtime.collect(attempt, new ComputeEnd.Stopped(false)))
        .isEqualTo(Collected.NOTHING);
  }

  @Test
  void says_of_work_that_is_out_where_it_lies_and_who_would_take_it() {
    var binding = List.of(new Binding("the-exchange", "#.ASR"));
    assertThat(runtime.whyItTakesLong(WORK, AttemptReport.EMPTY))
        .as("a broker that tells nothing")
        .isEmpty();

    now = now.plus(QueueWatch.STALE).plusSeconds(1);
    broker.queues =
        Optional.of(
            List.of(
                new WorkerQueue("asr", binding, 2, 7, false),
                new WorkerQueue("other", binding, 0, 1, true),
                new WorkerQueue("third", binding, 1, 1, true)));
    assertThat(runtime.whyItTakesLong(WORK, AttemptReport.EMPTY))
        .extracting(Cause::code, Cause::message)
        .containsExactly(
            tuple(
                "with-workers",
                "queue asr holds 7 messages, those being worked on included; its workers: 2"),
            tuple("no-worker", "queue other holds 1 message and no worker takes them"),
            tuple(
                "given-back",
                "queue third holds 1 message, those being worked on included; its workers: 1, and"
                    + " messages have come back from them: refused, or unfinished"));

    now = now.plus(QueueWatch.STALE).plusSeconds(1);
    broker.queues = Optional.of(List.of());
    assertThat(runtime.whyItTakesLong(WORK, AttemptReport.EMPTY))
        .extracting(Cause::message)
        .containsExactly("no queue of exchange the-exchange takes Video.ASR any more");

    broker.boundAnewSince = BEGIN.plusSeconds(30);
    AttemptReport started = AttemptReport.EMPTY.withStep(AttemptReport.STARTED, BEGIN);
    assertThat(runtime.whyItTakesLong(WORK, started))
        .extracting(Cause::message)
        .singleElement()
        .asString()
        .contains("yet, since this server connected to its broker anew");
    AttemptReport since =
        started.withCheckpoint("published-again", BEGIN.plusSeconds(40).toString());
    assertThat(runtime.whyItTakesLong(WORK, since))
        .extracting(Cause::message)
        .containsExactly("no queue of exchange the-exchange takes Video.ASR any more");

    broker.trouble = Optional.of(AWAY);
    assertThat(runtime.whyItTakesLong(WORK, AttemptReport.EMPTY)).containsExactly(AWAY);
  }

  /** One queue for each number of messages, all of which the route leads to. */
  private static Optional<List<WorkerQueue>> queues(long... messages) {
    var binding = List.of(new Binding("the-exchange", "#.ASR"));
    return Optional.of(
        IntStream.range(0, messages.length)
            .mapToObj(i -> new WorkerQueue("asr-" + i, binding, 1, messages[i], false))
            .toList());
  }

  /** As the engine does; what the first look said that found an end. */
  private Optional<ComputeEnd> lookEveryMinuteFor(Duration time) throws Exception {
    Instant until = now.plus(time);
    Optional<ComputeEnd> end = Optional.empty();
    while (end.isEmpty() && now.isBefore(until)) {
      now = now.plusSeconds(60);
      end = look();
    }
    return end;
  }

  private Optional<ComputeEnd> look() throws InterruptedException {
    attempt.started(BEGIN);
    return runtime.look(attempt);
  }

  /** Sleeping makes time pass. */
  private final class Passing implements Threads {
    @Override
    public Running start(String name, Runnable body) {
      throw new AssertionError("no thread is needed");
    }

    @Override
    public void sleep(Duration duration) {
      slept.add(duration);
      now = now.plus(duration);
    }

    @Override
    public Bell bell() {
      throw new AssertionError("no bell is needed");
    }
  }

  /** Says nothing but whose attempt it is. */
  private static final class Spoken implements WorkerProtocol {
    private byte[] body = WORK.key().getBytes(StandardCharsets.UTF_8);
    private String route = WORK.route();
    private boolean gone;
    private int unreadable;

    @Override
    public String name() {
      return "spoken";
    }

    @Override
    public String exchange() {
      return "the-exchange";
    }

    @Override
    public Message encode(AttemptOrder order, WorkerWork work) throws AttemptFailed {
      if (gone) {
        throw new AttemptFailed(new Outcome.WorkRefused(new Cause("gone", "it is gone", "")));
      }
      if (unreadable-- > 0) {
        throw new Refusal(new Failure.Unavailable("too many readers", Duration.ofSeconds(1)));
      }
      return new Message(exchange(), route, order.task() + "." + order.attempt(), 5, body);
    }

    @Override
    public Optional<Addressee> addressee(String correlationId) {
      return Optional.empty();
    }

    @Override
    public Decoded decode(byte[] body) {
      throw new AssertionError("the runtime reads no answers");
    }
  }
}
