package org.millrace.runtimes.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands {@link WorkerWork} to workers (contracts/dane.md 3). Cancelling stops nothing: a worker
 * cannot be told; its answer will be late. Thread-safe.
 */
public final class WorkerRuntime implements TaskRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerRuntime.class);

  /** The code of the cause when no queue took a message. */
  public static final String UNROUTABLE = "unroutable";

  /** When the message was published once more, if it was. */
  private static final String PUBLISHED_AGAIN = "published-again";

  /** The routing key of the message, where it is not that of the work. */
  private static final String ROUTE = "route";

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** How many times the first pause between two tries to publish the longest one is. */
  private static final int LONGEST_PAUSE_FACTOR = 32;

  private static final Value NOTHING_SAID = new Value.Fields(Map.of());

  private final RuntimeName name;
  private final WorkerBroker broker;
  private final Map<String, WorkerProtocol> protocols;
  private final WorkerTimes times;
  private final Threads threads;
  private final InstantSource clock;
  private final QueueWatch queues;
  private final MessageRoom room;
  private final Set<Cause> toldHeld = ConcurrentHashMap.newKeySet();

  /**
   * Makes one.
   *
   * @param name like the family of its lanes
   * @param protocols no name twice
   */
  public WorkerRuntime(
      RuntimeName name,
      WorkerBroker broker,
      List<WorkerProtocol> protocols,
      WorkerTimes times,
      Threads threads,
      InstantSource clock) {
    this.name = name;
    this.broker = broker;
    this.protocols =
        protocols.stream()
            .collect(Collectors.toUnmodifiableMap(WorkerProtocol::name, Function.identity()));
    this.times = times;
    this.threads = threads;
    this.clock = clock;
    this.queues = new QueueWatch(broker, times.inTransit(), clock);
    this.room = new MessageRoom(protocols);
  }

  /** Work waits for a broker that is away: nothing else can do it. */
  @Override
  public RuntimeOffer offer() {
    return new RuntimeOffer(
        name,
        "",
        Custody.HANDED_OVER,
        Set.of(WorkerWork.class),
        Integer.MAX_VALUE, // what a worker has is its own affair
        Long.MAX_VALUE,
        List.of(),
        "broker",
        broker.trouble(),
        true);
  }

  @Override
  public void prepare(AttemptOrder order) {
    // a worker prepares for itself
  }

  /**
   * Publishes until the broker has the message, or says that no queue takes it. One that was due
   * before the broker was connected last waits here until a queue takes it: the others of its lane
   * wait in the store.
   */
  @Override
  public void start(AttemptOrder order) throws AttemptFailed, InterruptedException {
    Optional<Cause> told = Optional.empty();
    try {
      Optional<Cause> held = publish(order, order.dueAt());
      Duration pause = times.publishAgain();
      while (held.isPresent()) {
        if (!held.equals(told)) {
          told.ifPresent(toldHeld::remove);
          tellHeld(order, held.get());
          told = held;
          pause = times.publishAgain();
        }
        threads.sleep(pause);
        pause = longer(pause);
        held = broker.trouble();
        if (held.isEmpty()) {
          held = publish(order, order.dueAt()); // anew: it may have been deleted meanwhile
        }
      }
    } finally {
      told.ifPresent(toldHeld::remove);
      order.progress().free();
    }
  }

  private Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(longestPause()) > 0 ? longestPause() : twice;
  }

  private Duration longestPause() {
    return times.publishAgain().multipliedBy(LONGEST_PAUSE_FACTOR);
  }

  /** Each by itself; in the log once for all that are held alike, until one of them is through. */
  private void tellHeld(AttemptOrder order, Cause cause) {
    order.progress().held(cause);
    if (toldHeld.add(cause)) {
      LOG.warn("task={} is published when this has passed: {}", order.task(), cause);
    } else {
      LOG.debug("task={} is published when this has passed: {}", order.task(), cause);
    }
  }

  /**
   * Why it is not known to be with the broker now; empty once it is.
   *
   * @param since when it would have been published, had nothing been in the way
   */
  private Optional<Cause> publish(AttemptOrder order, Instant since)
      throws AttemptFailed, InterruptedException {
    Message message;
    try {
      WorkerWork work = work(order);
      message = room.make(protocol(work), order, work);
    } catch (Refusal refusal) {
      return Optional.of(notNow(refusal));
    }
    try {
      noteRoute(order, message);
      return switch (broker.publish(message)) {
        case Published.Confirmed() -> Optional.empty();
        case Published.Unroutable() when !mayYetBeBound(since) ->
            throw new AttemptFailed(new Outcome.WorkRefused(unroutable(message)));
        case Published.Unroutable() -> Optional.of(notBoundAgain(message, since));
        case Published.Unknown(Cause cause) -> Optional.of(cause);
      };
    } finally {
      room.leave(message);
    }
  }

  /** What cannot be read now can be later; anything else is a defect. */
  private static Cause notNow(Refusal refusal) {
    if (refusal.failure() instanceof Failure.Unavailable) {
      return new Cause("not-readable", String.valueOf(refusal.getMessage()), "");
    }
    throw refusal;
  }

  /** Where the message goes is known only now; whoever looks for it must know it as well. */
  private static void noteRoute(AttemptOrder order, Message message)
      throws AttemptFailed, InterruptedException {
    if (!message.routingKey().equals(route(order))) {
      order.checkpoint(ROUTE, message.routingKey());
    }
  }

  private static String route(AttemptOrder order) {
    return order.checkpoint(ROUTE).orElse(work(order).route());
  }

  /**
   * Whether it is too early to say that nobody takes it. What was there before the broker came back
   * would have been in a queue by then, and waits for the worker as that queue does; what came
   * later waits a little, as workers may be about to bind their queues.
   */
  private boolean mayYetBeBound(Instant since) {
    return wasThereBefore(since) || mostlyBoundAt().isAfter(clock.instant());
  }

  private boolean wasThereBefore(Instant since) {
    return since.isBefore(broker.boundAnewSince());
  }

  private Instant mostlyBoundAt() {
    return broker.boundAnewSince().plus(times.bindWithin());
  }

  private Cause notBoundAgain(Message message, Instant since) {
    return new Cause(
        UNROUTABLE,
        nobodyTakes(message) + ", since this server connected to its broker",
        wasThereBefore(since)
            ? "start the worker that binds one; the task goes to it within "
                + longestPause().toSeconds()
                + " s then, by itself"
            : "start the worker that binds one before "
                + mostlyBoundAt().truncatedTo(ChronoUnit.SECONDS)
                + "; after that the task is refused, and has to be asked for again");
  }

  private static Cause unroutable(Message message) {
    return new Cause(
        UNROUTABLE, nobodyTakes(message), "start a worker for it, then ask for the task again");
  }

  private static String nobodyTakes(Message message) {
    return "no queue of exchange "
        + message.exchange()
        + " is bound to a key that matches "
        + message.routingKey();
  }

  @Override
  public ComputeEnd await(AttemptOrder order) {
    throw new IllegalStateException("work of workers is handed over, nobody awaits it");
  }

  /**
   * Publishes the message again if it is nowhere any more. If that cannot be done now it may be the
   * next time; a message that lies in a queue without a worker is left there.
   */
  @Override
  public Optional<ComputeEnd> look(AttemptOrder order) throws InterruptedException {
    @Nullable Instant published = published(order);
    if (published == null || !isPresumedLost(order, published)) {
      return Optional.empty();
    }
    try {
      Optional<Cause> held = publish(order, published);
      if (held.isEmpty()) {
        order.checkpoint(PUBLISHED_AGAIN, clock.instant().toString());
        LOG.warn("task={} its message was presumed lost, and is published again", order.task());
      } else {
        LOG.debug("task={} its message is presumed lost, but: {}", order.task(), held.get());
      }
      return Optional.empty();
    } catch (AttemptFailed failed) {
      return Optional.of(new ComputeEnd.Answered(failed.outcome(), NOTHING_SAID));
    }
  }

  private static @Nullable Instant published(AttemptOrder order) {
    return publishedAgain(order.checkpoint(PUBLISHED_AGAIN)).or(order::startedAt).orElse(null);
  }

  private static Optional<Instant> publishedAgain(Optional<String> checkpoint) {
    try {
      return checkpoint.map(Instant::parse);
    } catch (DateTimeParseException damaged) {
      throw new IllegalStateException(
          "checkpoint " + PUBLISHED_AGAIN + " is no time: " + checkpoint, damaged);
    }
  }

  /** It went to the queues of its key, which need not be that of its lane. */
  private boolean isPresumedLost(AttemptOrder order, Instant published)
      throws InterruptedException {
    if (broker.trouble().isPresent()) {
      return false; // it is not known; and it could not be published now
    }
    return switch (queues.of(protocol(work(order)).exchange(), route(order), published)) {
      case GONE -> true;
      case MAY_BE_THERE -> false;
      case NOT_TOLD -> !clock.instant().isBefore(published.plus(times.answerWithin()));
    };
  }

  /**
   * The longer it is out, the longer the next pause, an hour at most: what lies in a queue for days
   * is looked at some dozens of times, not thousands.
   */
  @Override
  public Duration lookEvery(Duration usual, Duration age) {
    Duration grown =
        age.dividedBy(8).compareTo(LONGEST_PAUSE) < 0 ? age.dividedBy(8) : LONGEST_PAUSE;
    return grown.compareTo(times.lookEvery()) > 0 ? grown : times.lookEvery();
  }

  @Override
  public List<Cause> whyItTakesLong(Work work, AttemptReport report) {
    if (broker.trouble().isPresent()) {
      return broker.trouble().stream().toList();
    }
    if (!(work instanceof WorkerWork forWorkers)) {
      return List.of();
    }
    try {
      String exchange = protocol(forWorkers).exchange();
      String route = report.checkpoints().getOrDefault(ROUTE, forWorkers.route());
      boolean boundAnew =
          publishedAgain(Optional.ofNullable(report.checkpoints().get(PUBLISHED_AGAIN)))
              .or(() -> Optional.ofNullable(report.steps().get(AttemptReport.STARTED)))
              .filter(published -> published.isBefore(broker.boundAnewSince()))
              .isPresent();
      return queues
          .leading(exchange, route)
          .map(led -> QueueText.causes(exchange, route, led, boundAnew))
          .orElseGet(List::of);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) {
    return end instanceof ComputeEnd.Answered(Outcome _, Value said)
        ? Collected.of(said)
        : Collected.NOTHING;
  }

  @Override
  public void cancel(Handle handle) {
    // no worker can be told: what it answers will be of an overtaken attempt, or of none
  }

  @Override
  public void clean(Handle handle) {
    // nothing is left behind
  }

  @Override
  public Stream<Handle> survivors() {
    return Stream.empty();
  }

  private static WorkerWork work(AttemptOrder order) {
    return (WorkerWork) order.spec().work();
  }

  private WorkerProtocol protocol(WorkerWork work) {
    WorkerProtocol protocol = protocols.get(work.protocol());
    if (protocol == null) {
      throw new IllegalStateException(
          "work speaks "
              + work.protocol()
              + ", and only "
              + protocols.keySet()
              + " is spoken here");
    }
    return protocol;
  }
}
