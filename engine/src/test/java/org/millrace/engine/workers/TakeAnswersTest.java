package org.millrace.engine.workers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.AnswersOfOneTask;
import org.millrace.engine.InOneThread;
import org.millrace.engine.OneTask;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.documents.DeadLetterStore;
import org.millrace.engine.workers.WorkerBroker.Answer;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reader;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.engine.workers.WorkerBroker.Subscription;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;
import org.millrace.engine.workers.WorkerTasks.Named;

/** What may be acknowledged, and when (contracts/dane.md 3.6, 4.7, 8). */
final class TakeAnswersTest {
  private static final Cause GARBLED = new Cause("garbled", "it cannot be read", "");

  private final OneTask row = new OneTask();
  private final InOneThread threads = new InOneThread();
  private final Letters letters = new Letters();
  private final Broker broker = new Broker();
  private final Attempts attempts;
  private final TakeAnswers take;
  private Runnable beforeFind = () -> {};

  TakeAnswersTest() {
    var here = AnswersOfOneTask.of(row, threads, List.of());
    attempts = here.attempts();
    take =
        new TakeAnswers(
            broker,
            List.of(new Spoken("x"), new Spoken("y")),
            this::find,
            here.answers(),
            letters,
            () -> Instant.EPOCH);
  }

  private Optional<Named> find(ExternalId name) {
    beforeFind.run();
    return name.text().equals("known")
        ? Optional.of(new Named(OneTask.ID, row.task.attempt()))
        : Optional.empty();
  }

  private Reading read(String correlationId, String body) throws InterruptedException {
    return take.read(new Answer(Optional.of(correlationId), body.getBytes(UTF_8)));
  }

  private static Optional<Lease> held(String server) {
    return Optional.of(new Lease(new ServerId(server), 5));
  }

  // Whose it is

  @ParameterizedTest
  @ValueSource(strings = {"x:known.2", "x:known", "y:known.2", "y:known"})
  void an_answer_of_the_attempt_under_way_ends_it(String correlationId)
      throws InterruptedException {
    assertThat(read(correlationId, "well")).isEqualTo(Reading.STORED);

    assertThat(row.task.state()).isEqualTo(TaskState.COMPLETE);
    assertThat(row.said).contains(new Value.Text("well"));
    assertThat(row.stored).containsExactly("ENDED");
    assertThat(letters.kept).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void one_of_another_attempt_is_late_and_changes_nothing(int attempt) throws InterruptedException {
    assertThat(read("x:known." + attempt, "badly")).isEqualTo(Reading.STORED);

    assertThat(row.task).isEqualTo(OneTask.at(TaskState.RUNNING, 2, Optional.empty()));
    assertThat(row.stored).containsExactly("late answer of attempt " + attempt);
  }

  /** Whatever state its task is in: taken once at most, recorded always. */
  @ParameterizedTest
  @EnumSource(TaskState.class)
  void an_answer_of_the_last_attempt_counts_while_that_is_under_way(TaskState state)
      throws InterruptedException {
    row.task = OneTask.at(state, 2, Optional.empty());

    assertThat(read("x:known.2", "well")).isEqualTo(Reading.STORED);

    switch (state) {
      case INITIALIZING, RUNNING -> assertThat(row.task.state()).isEqualTo(TaskState.COMPLETE);
      case CANCELING -> {
        assertThat(row.task.state()).as("never COMPLETE").isEqualTo(TaskState.CANCELED);
        assertThat(row.said).isEmpty();
      }
      case WAITING, QUEUED, PAUSED, COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED, PREEMPTED -> {
        assertThat(row.task).isEqualTo(OneTask.at(state, 2, Optional.empty()));
        assertThat(row.stored).containsExactly("late answer of attempt 2");
      }
    }
  }

  @Test
  void the_first_answer_counts() throws InterruptedException {
    read("x:known.2", "well");

    assertThat(read("x:known.2", "badly")).isEqualTo(Reading.STORED);
    assertThat(read("x:known", "badly")).isEqualTo(Reading.STORED);

    assertThat(row.task.state()).isEqualTo(TaskState.COMPLETE);
    assertThat(row.said).contains(new Value.Text("well"));
    assertThat(row.stored)
        .containsExactly("ENDED", "late answer of attempt 2", "late answer of attempt 2");
  }

  @Test
  void one_that_puts_off_leaves_its_task_waiting() throws InterruptedException {
    assertThat(read("x:known.2", "later")).isEqualTo(Reading.STORED);

    assertThat(row.task.state()).isEqualTo(TaskState.WAITING);
    assertThat(row.stored).containsExactly("DEFERRED");
  }

  // Dead letters

  @ParameterizedTest
  @CsvSource({
    "x:unknown.1, answer-to-unknown",
    "y:unknown, answer-to-unknown",
    "z:known.2, answer-to-nothing",
    "'', answer-to-nothing"
  })
  void one_of_nobody_here_is_put_away_as_it_came(String correlationId, String code)
      throws InterruptedException {
    assertThat(read(correlationId, "well")).isEqualTo(Reading.STORED);

    DeadLetter letter = letters.kept.getFirst();
    assertThat(letter.why().code()).isEqualTo(code);
    assertThat(letter.correlationId()).contains(correlationId);
    assertThat(letter.body()).isEqualTo("well".getBytes(UTF_8));
    assertThat(letters.most).isEqualTo(TakeAnswers.LETTERS_KEPT);
    assertThat(row.stored).isEmpty();
  }

  @Test
  void one_without_a_correlation_id_is_put_away() throws InterruptedException {
    assertThat(take.read(new Answer(Optional.empty(), new byte[0]))).isEqualTo(Reading.STORED);

    assertThat(letters.kept)
        .singleElement()
        .satisfies(letter -> assertThat(letter.why().code()).isEqualTo("answer-to-nothing"));
  }

  @Test
  void one_that_cannot_be_read_ends_its_attempt_and_is_kept_besides() throws InterruptedException {
    assertThat(read("x:known.2", "garbled")).isEqualTo(Reading.STORED);

    assertThat(row.task.state()).isEqualTo(TaskState.EXECUTOR_ERROR);
    assertThat(letters.kept)
        .singleElement()
        .satisfies(letter -> assertThat(letter.why()).isEqualTo(GARBLED));
  }

  // Acknowledged only after it is stored

  private static void unavailable() {
    throw new Refusal(new Failure.Unavailable("the disk is full", Duration.ofSeconds(1)));
  }

  /** Each write on the way of an answer, made to fail once. */
  @ParameterizedTest
  @CsvSource({
    "find, x:known.2, well",
    "find, x:unknown, well",
    "letter, x:unknown, well",
    "letter, nobody, well",
    "change, x:known.2, well",
    "change, x:known.1, well"
  })
  void what_cannot_be_stored_now_stays_in_the_queue_and_is_stored_the_next_time(
      String where, String correlationId, String body) throws InterruptedException {
    switch (where) {
      case "find" -> beforeFind = TakeAnswersTest::unavailable;
      case "letter" -> letters.beforePut = TakeAnswersTest::unavailable;
      case "change" -> row.beforeWrite = TakeAnswersTest::unavailable;
      default -> throw new AssertionError(where);
    }

    assertThat(read(correlationId, body)).isEqualTo(Reading.AGAIN);
    assertThat(row.stored).isEmpty();
    assertThat(row.task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(letters.kept).isEmpty();

    beforeFind = () -> {};
    letters.beforePut = () -> {};
    row.beforeWrite = () -> {};
    assertThat(read(correlationId, body)).isEqualTo(Reading.STORED);
    assertThat(row.stored.size() + letters.kept.size()).isPositive();
  }

  /** It comes again as a late answer, and is put away then: once, however often it comes. */
  @Test
  void one_that_cannot_be_read_ends_its_attempt_before_it_is_put_away()
      throws InterruptedException {
    letters.beforePut = TakeAnswersTest::unavailable;
    assertThat(read("x:known.2", "garbled")).isEqualTo(Reading.AGAIN);
    assertThat(row.task.state()).isEqualTo(TaskState.EXECUTOR_ERROR);

    letters.beforePut = () -> {};
    assertThat(read("x:known.2", "garbled")).isEqualTo(Reading.STORED);
    assertThat(letters.kept).hasSize(1);
  }

  @Test
  void an_answer_that_meets_a_defect_comes_again_once_and_is_put_away_then()
      throws InterruptedException {
    for (RuntimeException defect :
        List.of(Refusal.invalid("name", "odd"), new IllegalStateException("damaged row"))) {
      beforeFind =
          () -> {
            throw defect;
          };
      letters.kept.clear();
      assertThat(read("x:known.2", "well")).isEqualTo(Reading.AGAIN);
      assertThat(letters.kept).isEmpty();

      letters.beforePut = TakeAnswersTest::unavailable;
      assertThat(read("x:known.2", "well")).as("the store is away").isEqualTo(Reading.AGAIN);
      letters.beforePut = () -> {};
      assertThat(read("x:known.2", "well")).isEqualTo(Reading.STORED);
      assertThat(letters.kept)
          .singleElement()
          .satisfies(letter -> assertThat(letter.why().code()).isEqualTo("answer-defect"))
          .satisfies(letter -> assertThat(letter.why().message()).contains(defect.getMessage()));
    }
  }

  // Another server holds the attempt at this moment

  @Test
  void while_another_server_looks_after_it_the_answer_waits() throws InterruptedException {
    row.task = OneTask.at(TaskState.RUNNING, 2, held("south"));
    threads.whenSlept =
        () -> {
          if (threads.slept.size() == 3) {
            row.task = OneTask.at(TaskState.RUNNING, 2, Optional.empty());
          }
        };

    assertThat(read("x:known.2", "well")).isEqualTo(Reading.STORED);

    assertThat(threads.slept).hasSize(3);
    assertThat(row.task.state()).isEqualTo(TaskState.COMPLETE);
  }

  @Test
  void but_not_for_ever() throws InterruptedException {
    row.task = OneTask.at(TaskState.RUNNING, 2, held("south"));

    assertThat(read("x:known.2", "well")).isEqualTo(Reading.AGAIN);

    assertThat(row.task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(row.stored).isEmpty();
  }

  @Test
  void a_server_that_stops_leaves_answers_in_the_queue() throws InterruptedException {
    attempts.leaveAll();

    assertThat(read("x:known.2", "well")).isEqualTo(Reading.AGAIN);

    assertThat(row.stored).isEmpty();
  }

  // Its life

  @Test
  void starting_twice_reads_once_and_closing_ends_it_for_good() throws InterruptedException {
    take.start();
    take.start();
    assertThat(broker.opened).isEqualTo(1);
    assertThat(broker.given(new Answer(Optional.of("x:known.2"), "well".getBytes(UTF_8))))
        .isEqualTo(Reading.STORED);

    take.close();
    take.close();
    take.start();

    assertThat(broker.opened).isEqualTo(1);
    assertThat(broker.closed).isEqualTo(1);
  }

  @Test
  void closing_before_the_start_is_harmless_and_nothing_is_read() {
    take.close();
    take.start();

    assertThat(broker.opened).isZero();
  }

  /** {@code NAME:TASK} or {@code NAME:TASK.ATTEMPT}, and answers of one word. */
  private record Spoken(String name) implements WorkerProtocol {
    @Override
    public String exchange() {
      return "the-exchange";
    }

    @Override
    public WorkerBroker.Message encode(AttemptOrder order, WorkerWork work) {
      throw new AssertionError("nothing is sent here");
    }

    @Override
    public Optional<Addressee> addressee(String correlationId) {
      if (!correlationId.startsWith(name + ":")) {
        return Optional.empty();
      }
      String[] words = correlationId.substring(name.length() + 1).split("\\.", -1);
      return Optional.of(
          new Addressee(
              new ExternalId(name, words[0]),
              words.length == 1
                  ? OptionalInt.empty()
                  : OptionalInt.of(Integer.parseInt(words[1]))));
    }

    @Override
    public Decoded decode(byte[] body) {
      String said = new String(body, UTF_8);
      Outcome outcome =
          switch (said) {
            case "well" -> new Outcome.Completed();
            case "later" -> new Outcome.Deferred(new Cause("later", "not now", ""));
            default -> new Outcome.WorkFailed(GARBLED);
          };
      return new Decoded(
          outcome,
          new Value.Text(said),
          said.equals("garbled") ? Optional.of(GARBLED) : Optional.empty());
    }
  }

  private static final class Letters implements DeadLetterStore {
    private final List<DeadLetter> kept = new ArrayList<>();
    private Runnable beforePut = () -> {};
    private int most;

    @Override
    public void put(DeadLetter letter, int keep) {
      beforePut.run();
      kept.add(letter);
      most = keep;
    }

    @Override
    public List<Kept> newest(long before, int atMost) {
      throw new AssertionError("nobody reads letters here");
    }

    @Override
    public int count() {
      throw new AssertionError("nobody reads letters here");
    }

    @Override
    public int forget(Instant then, int atMost) {
      throw new AssertionError("nobody forgets letters here");
    }
  }

  private static final class Broker implements WorkerBroker {
    private @Nullable Reader reader;
    private int opened;
    private int closed;

    private Reading given(Answer answer) throws InterruptedException {
      Reader reading = reader;
      if (reading == null) {
        throw new AssertionError("nobody reads");
      }
      return reading.read(answer);
    }

    @Override
    public Subscription readAnswers(Reader given) {
      opened++;
      reader = given;
      return () -> closed++;
    }

    @Override
    public Published publish(Message message) {
      throw new AssertionError("nothing is sent here");
    }

    @Override
    public Optional<List<WorkerQueue>> queues() {
      return Optional.empty();
    }

    @Override
    public OptionalLong answersWaiting() {
      return OptionalLong.empty();
    }

    @Override
    public Instant boundAnewSince() {
      return Instant.EPOCH;
    }

    @Override
    public Optional<Cause> trouble() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }
}
