package org.millrace.engine.workers;

import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.dispatch.Answers;
import org.millrace.engine.documents.DeadLetterStore;
import org.millrace.engine.threads.Service;
import org.millrace.engine.workers.WorkerBroker.Answer;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.engine.workers.WorkerBroker.Subscription;
import org.millrace.engine.workers.WorkerProtocol.Addressee;
import org.millrace.engine.workers.WorkerProtocol.Decoded;
import org.millrace.engine.workers.WorkerTasks.Named;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what workers answer. The broker may forget an answer once it is stored: as the end of its
 * attempt, as late, or, if nobody can say whose it is, as a dead letter. Whatever arrives, the next
 * one is taken too. Thread-safe.
 */
public final class TakeAnswers implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(TakeAnswers.class);

  /** Dead letters that are kept; the oldest go first. */
  static final int LETTERS_KEPT = 10_000;

  private final WorkerBroker broker;
  private final List<WorkerProtocol> protocols;
  private final WorkerTasks tasks;
  private final Answers answers;
  private final DeadLetterStore letters;
  private final InstantSource clock;
  private final Set<Optional<String>> damaged = Collections.synchronizedSet(new Newest<>());
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Subscription subscription;
  private boolean closed;

  public TakeAnswers(
      WorkerBroker broker,
      List<WorkerProtocol> protocols,
      WorkerTasks tasks,
      Answers answers,
      DeadLetterStore letters,
      InstantSource clock) {
    this.broker = broker;
    this.protocols = List.copyOf(protocols);
    this.tasks = tasks;
    this.answers = answers;
    this.letters = letters;
    this.clock = clock;
  }

  @Override
  public void start() {
    lock.lock();
    try {
      if (subscription == null && !closed) {
        subscription = broker.readAnswers(this::read);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (subscription != null) {
        subscription.close();
        subscription = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stores an answer, wherever it belongs. */
  Reading read(Answer answer) throws InterruptedException {
    try {
      return takeOrPutAway(answer);
    } catch (Refusal refusal) {
      if (!isAway(refusal)) {
        throw refusal;
      }
      LOG.warn(
          "answer={} cannot be stored now and stays in its queue: {}",
          name(answer),
          refusal.getMessage());
      return Reading.AGAIN;
    }
  }

  private Reading takeOrPutAway(Answer answer) throws InterruptedException {
    try {
      take(answer);
      damaged.remove(answer.correlationId());
      return Reading.STORED;
    } catch (RuntimeException defect) {
      if (isAway(defect)) {
        throw defect;
      }
      return afterDefect(answer, defect);
    }
  }

  private static boolean isAway(RuntimeException thrown) {
    return thrown instanceof Refusal refusal && refusal.failure() instanceof Failure.Unavailable;
  }

  /** It comes again once, as a mishap may pass; then it is put away, or it would come for ever. */
  private Reading afterDefect(Answer answer, RuntimeException defect) {
    if (damaged.add(answer.correlationId())) {
      LOG.error("answer={} cannot be taken, by a defect; it comes once more", name(answer), defect);
      return Reading.AGAIN;
    }
    LOG.error("answer={} cannot be taken, by a defect, once more", name(answer), defect);
    bury(
        answer,
        new Cause(
            "answer-defect",
            "an answer cannot be taken: " + defect,
            "report this; its task is asked for again when the answer is presumed lost"));
    damaged.remove(answer.correlationId());
    return Reading.STORED;
  }

  private void take(Answer answer) throws InterruptedException {
    for (WorkerProtocol protocol : protocols) {
      Optional<Addressee> addressee = answer.correlationId().flatMap(protocol::addressee);
      if (addressee.isPresent()) {
        take(answer, protocol, addressee.get());
        return;
      }
    }
    bury(answer, NO_ADDRESSEE);
  }

  private void take(Answer answer, WorkerProtocol protocol, Addressee addressee)
      throws InterruptedException {
    Optional<Named> named = tasks.find(addressee.task());
    if (named.isEmpty()) {
      bury(answer, unknown(addressee));
      return;
    }
    Decoded decoded = protocol.decode(answer.body());
    answers.arrived(
        named.get().task(),
        addressee.attempt().orElse(named.get().attempt()),
        new ComputeEnd.Answered(decoded.outcome(), decoded.said()));
    decoded.unreadable().ifPresent(why -> bury(answer, why)); // once: it comes again until stored
  }

  private static String name(Answer answer) {
    return answer.correlationId().orElse("without a correlation id");
  }

  private void bury(Answer answer, Cause why) {
    LOG.warn("answer={} is put away as a dead letter: {}", name(answer), why);
    letters.put(
        DeadLetter.of(clock.instant(), answer.correlationId(), answer.body(), why), LETTERS_KEPT);
  }

  /** What met a defect once; the oldest go first. */
  private static final class Newest<T> extends LinkedHashSet<T> {
    private static final int MOST = 1_000;

    @Override
    public boolean add(T one) {
      boolean added = super.add(one);
      if (size() > MOST) {
        removeFirst();
      }
      return added;
    }
  }

  private static final Cause NO_ADDRESSEE =
      new Cause(
          "answer-to-nothing",
          "an answer came without a correlation id that names a task",
          "a worker copies the correlation id of the message that it answers");

  private static Cause unknown(Addressee addressee) {
    return new Cause(
        "answer-to-unknown",
        "an answer came for task " + addressee.task().text() + ", which is not here",
        "if it was deleted, nothing is lost; else look who else answers on this broker");
  }
}
