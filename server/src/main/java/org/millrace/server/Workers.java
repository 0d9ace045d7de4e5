package org.millrace.server;

import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.broker.EmbeddedBroker;
import org.millrace.broker.RabbitBroker;
import org.millrace.dane.DaneDialect;
import org.millrace.dane.WorkerQueues;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.Answers;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.documents.DocumentPorts;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.TakeAnswers;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.engine.workers.WorkerTasks;
import org.millrace.runtimes.worker.WorkerRuntime;
import org.millrace.runtimes.worker.WorkerTimes;
import org.millrace.server.config.BrokerSection;
import org.millrace.server.config.DaneSection;
import org.millrace.server.config.ServerConfig;

/** Workers behind a broker: how they are reached, what is said to them, who hears their answers. */
final class Workers implements AutoCloseable {
  static final RuntimeName NAME = new RuntimeName("dane");

  private static final Lane LANE = new Lane(NAME.text());

  /** What is out at once for a route: with this broker priority counts in the queue as well. */
  private static final int OUT_AT_RABBIT = 1_000;

  /** The same with the broker in this process, which leaves priority to what is not out yet. */
  private static final int OUT_AT_EMBEDDED = 50;

  private static final Cause OFF =
      Cause.ofCaller(
          "broker-off",
          "no broker leads to workers here: broker.kind is none",
          "an operator can set broker.kind to embedded or rabbitmq");

  private final DaneSection said;
  private final DocumentPorts documents;
  private final WorkerTasks tasks;
  private final List<WorkerProtocol> protocols;
  private final BrokerSection section;
  private final Optional<StartingBroker> broker;
  private final boolean canBeAsked;
  private final int usuallyOut;
  private final Threads threads;
  private final InstantSource clock;
  private Optional<TakeAnswers> answers = Optional.empty();
  private volatile Optional<URI> listening = Optional.empty();

  Workers(ServerConfig config, StorePorts stores, Threads threads, InstantSource clock) {
    this.said = config.dane();
    this.documents = stores.documents();
    this.tasks = DaneDialect.tasks(said.config(), stores.documents().views(), stores.views());
    this.protocols = DaneDialect.protocols(said.config(), documents.views());
    this.threads = threads;
    this.clock = clock;
    this.section = config.broker();
    this.broker = broker(section);
    this.canBeAsked = canBeAsked(section);
    this.usuallyOut = section instanceof BrokerSection.Embedded ? OUT_AT_EMBEDDED : OUT_AT_RABBIT;
  }

  private Optional<StartingBroker> broker(BrokerSection section) {
    return switch (section) {
      case BrokerSection.None() -> Optional.empty();
      case BrokerSection.Embedded(var config) ->
          Optional.of(
              new StartingBroker(
                  () -> embedded(EmbeddedBroker.open(config, threads, clock)), clock));
      case BrokerSection.Rabbit(var config) ->
          Optional.of(new StartingBroker(() -> new RabbitBroker(config, threads, clock), clock));
    };
  }

  private static boolean canBeAsked(BrokerSection section) {
    return switch (section) {
      case BrokerSection.None() -> false;
      case BrokerSection.Embedded _ -> true;
      case BrokerSection.Rabbit(var config) -> config.management().isPresent();
    };
  }

  private WorkerBroker embedded(EmbeddedBroker open) {
    listening = Optional.of(open.listening());
    return open;
  }

  /** Where workers connect to the broker in this process; empty while it is not open. */
  Optional<URI> listening() {
    return listening;
  }

  List<TaskRuntime> inOrder() {
    return broker
        .<TaskRuntime>map(reached ->
            new WorkerRuntime(
                NAME,
                reached,
                protocols,
                WorkerTimes.DEFAULT.withAnswerWithin(said.config().answerWithin()),
                threads,
                clock))
        .stream()
        .toList();
  }

  /** What stands in for workers where no broker leads to them, and tells their work so. */
  List<RuntimeOffer> absent() {
    return broker.isPresent()
        ? List.of()
        : List.of(RuntimeOffer.absent(NAME, "", OFF, Set.of(WorkerWork.class)));
  }

  /** What is out at once for each route, over all servers; {@code lanes.dane.limit} says other. */
  Map<Lane, LaneRule> lanes() {
    return Map.of(LANE, new LaneRule(LANE, usuallyOut, Counts.ALL, WhenFull.WAIT));
  }

  /** Where work for workers waits, each route by itself. */
  Lane usualLane() {
    return LANE;
  }

  /** Whom workers' answers are brought to; to be called once, before {@link #start}. */
  void bringTo(Answers engine) {
    answers =
        broker.map(reached ->
            new TakeAnswers(reached, protocols, tasks, engine, documents.deadLetters(), clock));
  }

  /** The queues that workers have made; empty if no broker tells. */
  Optional<List<WorkerBroker.WorkerQueue>> queues() throws InterruptedException {
    return broker.isPresent() ? broker.get().queues() : Optional.empty();
  }

  /** The same for a face that tells one without such an interface from one that is away. */
  WorkerQueues asked() {
    return new WorkerQueues() {
      @Override
      public Optional<List<WorkerBroker.WorkerQueue>> now() throws InterruptedException {
        return queues();
      }

      @Override
      public boolean canBeAsked() {
        return canBeAsked;
      }
    };
  }

  /** Why workers cannot be reached now, if so. */
  Optional<Cause> trouble() {
    return broker.isPresent() ? broker.get().trouble() : Optional.of(OFF);
  }

  /**
   * Begins to open the broker, and to take answers once it is open; returns at once.
   *
   * @throws org.millrace.broker.CannotListen if its port is taken; nothing has begun then
   */
  void start() {
    if (section instanceof BrokerSection.Embedded(var config)) {
      EmbeddedBroker.tryPort(config);
    }
    broker.ifPresent(StartingBroker::start);
    answers.ifPresent(TakeAnswers::start);
  }

  /**
   * Returns when workers can connect to the broker in this process, or there is none.
   *
   * @throws org.millrace.broker.CannotListen if its port is taken
   */
  void awaitOpen() throws InterruptedException {
    if (broker.isPresent()) {
      broker.get().awaitOpen();
    }
  }

  /** Takes no more answers; for {@link #close} to follow once nobody publishes any more. */
  void stopAnswers() {
    answers.ifPresent(TakeAnswers::close);
  }

  @Override
  public void close() {
    stopAnswers();
    broker.ifPresent(StartingBroker::close);
  }
}
