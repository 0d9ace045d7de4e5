package org.millrace.runtimes.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.runtime.Waiting.until;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.Engine;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.DeadLetterStore.Kept;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.views.ViewStore.HistoryQuery;
import org.millrace.engine.workers.TakeAnswers;
import org.millrace.engine.workers.WorkerBroker.Answer;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.engine.workers.WorkerTasks.Named;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.memory.InMemoryStore;

/** What becomes of answers, by a whole engine on a store in memory (contracts/dane.md 3.6, 8). */
@Timeout(60)
class TakeAnswersTest {
  private static final RuntimeName NAME = new RuntimeName("dane");
  private static final WorkerWork WORK =
      new WorkerWork("spoken", "Video.ASR", "ASR", "a document", new Value.Fields(Map.of()));
  private static final Cause GARBLED = new Cause("garbled", "it cannot be read", "");

  private final StorePorts store = new InMemoryStore().ports();
  private final RepeatingBroker broker = new RepeatingBroker();
  private final Map<String, TaskId> names = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();
  private final VirtualThreads threads = new VirtualThreads();
  private final InstantSource clock = Clock.systemUTC();
  private final Engine engine = engine();
  private final TakeAnswers take =
      new TakeAnswers(
          broker,
          List.of(new Spoken()),
          name -> {
            Refusal refused = refusal.get();
            if (refused != null) {
              throw refused;
            }
            return Optional.ofNullable(names.get(name.text()))
                .map(id -> new Named(id, task(id).attempt()));
          },
          engine.answers(),
          store.documents().deadLetters(),
          clock);

  private Engine engine() {
    var random = new Random(1);
    var lane = new Lane("dane");
    return Engine.wire(
        new Engine.World(NORTH, threads, clock, new TimeOrderedIds(clock, random), random),
        new Engine.Parts(
            store,
            new Runtimes(
                List.of(
                    new WorkerRuntime(
                        NAME, broker, List.of(new Spoken()), WorkerTimes.DEFAULT, threads, clock))),
            new Lanes(
                List.of(new LaneRule(lane, 10, Counts.ALL, WhenFull.WAIT)),
                Map.of(WorkerWork.class, lane)),
            spec -> spec,
            Documents.Face.NONE,
            _ -> List.of(),
            List.of(),
            KeptLogs.NONE),
        EngineConfig.DEFAULT);
  }

  @BeforeEach
  void start() {
    engine.start();
    take.start();
  }

  @AfterEach
  void close() {
    take.close();
    engine.close();
  }

  @Test
  void an_answer_ends_its_attempt_and_is_kept_with_it() throws Exception {
    TaskId id = outstanding("a");

    assertThat(answer("a.1", "well")).isEqualTo(Reading.STORED);

    assertThat(task(id).state()).isEqualTo(TaskState.COMPLETE);
    assertThat(store.views().find(id).orElseThrow().attempts().getLast().report().value())
        .contains(new Value.Text("well"));
    assertThat(letters()).isEmpty();
  }

  @Test
  void one_without_an_attempt_number_is_of_the_attempt_under_way() throws Exception {
    TaskId id = outstanding("a");

    assertThat(answer("a", "well")).isEqualTo(Reading.STORED);

    assertThat(task(id).state()).isEqualTo(TaskState.COMPLETE);
  }

  @Test
  void the_first_answer_counts_and_the_second_one_is_late() throws Exception {
    TaskId id = outstanding("a");
    answer("a.1", "well");

    assertThat(answer("a.1", "badly")).isEqualTo(Reading.STORED);

    assertThat(task(id).state()).isEqualTo(TaskState.COMPLETE);
    assertThat(kinds(id)).endsWith(Kind.ENDED, Kind.LATE);
  }

  @Test
  void an_answer_of_an_overtaken_attempt_changes_nothing() throws Exception {
    TaskId id = outstanding("a");

    assertThat(answer("a.0", "badly")).isEqualTo(Reading.STORED);

    assertThat(task(id).state()).isEqualTo(TaskState.RUNNING);
    assertThat(kinds(id)).endsWith(Kind.LATE);
  }

  @Test
  void one_that_cannot_be_read_ends_its_attempt_and_is_kept_as_it_came() throws Exception {
    TaskId id = outstanding("a");

    assertThat(answer("a.1", "garbled")).isEqualTo(Reading.STORED);

    assertThat(task(id).state()).isEqualTo(TaskState.EXECUTOR_ERROR);
    assertThat(letters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.why()).isEqualTo(GARBLED);
          assertThat(letter.correlationId()).contains("a.1");
          assertThat(letter.body()).asString(StandardCharsets.UTF_8).isEqualTo("garbled");
        });
  }

  @Test
  void one_of_an_unknown_task_is_put_away() throws Exception {
    assertThat(answer("nobody.1", "well")).isEqualTo(Reading.STORED);

    assertThat(letters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.why().message()).contains("nobody"));
  }

  @Test
  void one_that_names_no_task_is_put_away() throws Exception {
    assertThat(answer("?", "well")).isEqualTo(Reading.STORED);
    assertThat(take(Optional.empty(), "well")).isEqualTo(Reading.STORED);

    assertThat(letters())
        .extracting(letter -> letter.why().code())
        .containsExactly("answer-to-nothing", "answer-to-nothing");
  }

  @Test
  void what_cannot_be_stored_now_stays_in_the_queue() throws Exception {
    TaskId id = outstanding("a");
    refusal.set(new Refusal(new Failure.Unavailable("the disk is full", Duration.ofSeconds(1))));

    assertThat(answer("a.1", "well")).isEqualTo(Reading.AGAIN);
    refusal.set(null);
    assertThat(answer("a.1", "well")).isEqualTo(Reading.STORED);

    assertThat(task(id).state()).isEqualTo(TaskState.COMPLETE);
  }

  @Test
  void an_answer_that_puts_off_leaves_its_task_waiting() throws Exception {
    TaskId id = outstanding("a");

    answer("a.1", "later");

    assertThat(task(id).state()).isEqualTo(TaskState.WAITING);
  }

  /** The broker confirms after a worker has answered. */
  @Test
  void an_answer_may_come_before_its_message_is_known_to_be_out() throws Exception {
    TaskId id = submittedWith("a", () -> answered("a", "well"));

    until(() -> task(id).state() == TaskState.COMPLETE);
  }

  @Test
  void starting_twice_and_closing_twice_are_harmless() {
    take.start();
    take.close();
    take.close();
    take.start();

    assertThat(broker.readers).as("who was closed stays closed").isZero();
  }

  private TaskId submitted(String name) {
    TaskId id = engine.submitTask().submit(Fixtures.aSpec().withWork(WORK), Optional.empty());
    names.put(name, id);
    return id;
  }

  /** A task whose message is out. */
  private TaskId outstanding(String name) throws Exception {
    TaskId id = submitted(name);
    until(() -> task(id).state() == TaskState.RUNNING && task(id).lease().isEmpty());
    return id;
  }

  /** Does something in a thread of its own while the message is being published. */
  private TaskId submittedWith(String name, Runnable whenPublished) {
    broker.whenPublished = whenPublished;
    return submitted(name);
  }

  private void answered(String name, String body) {
    try {
      until(() -> names.containsKey(name));
      answer(name, body);
    } catch (Exception unheard) {
      throw new AssertionError(unheard);
    }
  }

  private Reading answer(String correlationId, String body) throws InterruptedException {
    return take(Optional.of(correlationId), body);
  }

  private Reading take(Optional<String> correlationId, String body) throws InterruptedException {
    return broker.answers(new Answer(correlationId, body.getBytes(StandardCharsets.UTF_8)));
  }

  private Task task(TaskId id) {
    return store.views().find(id).orElseThrow().task();
  }

  private List<Kind> kinds(TaskId id) {
    return store
        .views()
        .history(new HistoryQuery(0, Optional.of(id), Optional.empty(), 100))
        .stream()
        .map(HistoryEvent::kind)
        .toList();
  }

  private List<DeadLetter> letters() {
    return store.documents().deadLetters().newest(Long.MAX_VALUE, 10).stream()
        .map(Kept::letter)
        .toList();
  }

  /** {@code NAME.ATTEMPT}, and answers of one word. */
  private static final class Spoken implements WorkerProtocol {
    @Override
    public String name() {
      return "spoken";
    }

    @Override
    public String exchange() {
      return "the-exchange";
    }

    @Override
    public Message encode(AttemptOrder order, WorkerWork work) {
      return new Message(
          exchange(), work.route(), order.task() + "." + order.attempt(), 5, new byte[0]);
    }

    @Override
    public Optional<Addressee> addressee(String correlationId) {
      if (correlationId.equals("?")) {
        return Optional.empty();
      }
      int dot = correlationId.indexOf('.');
      return Optional.of(
          dot < 0
              ? new Addressee(new ExternalId("spoken", correlationId), OptionalInt.empty())
              : new Addressee(
                  new ExternalId("spoken", correlationId.substring(0, dot)),
                  OptionalInt.of(Integer.parseInt(correlationId.substring(dot + 1)))));
    }

    @Override
    public Decoded decode(byte[] body) {
      String word = new String(body, StandardCharsets.UTF_8);
      Outcome outcome =
          switch (word) {
            case "well" -> new Outcome.Completed();
            case "later" -> new Outcome.Deferred(GARBLED);
            default -> new Outcome.WorkRefused(GARBLED);
          };
      return new Decoded(
          outcome,
          new Value.Text(word),
          word.equals("garbled") ? Optional.of(GARBLED) : Optional.empty());
    }
  }
}
