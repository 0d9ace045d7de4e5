package org.millrace.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ServerId;
import org.millrace.engine.attempt.AttemptRunner;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.calls.SubmitAndWait;
import org.millrace.engine.cancellation.CancelTask;
import org.millrace.engine.delivery.Courier;
import org.millrace.engine.delivery.Deliveries;
import org.millrace.engine.dispatch.Answers;
import org.millrace.engine.dispatch.Dispatcher;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.documents.UnfinishedSiblings;
import org.millrace.engine.recovery.Heartbeat;
import org.millrace.engine.recovery.LeaseReaper;
import org.millrace.engine.recovery.PatienceLimit;
import org.millrace.engine.recovery.Sweeper;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.retention.Retention;
import org.millrace.engine.runs.Runs;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.submission.SubmitTask;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.threads.Loop;
import org.millrace.engine.threads.Service;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.views.Explain;
import org.millrace.engine.views.TaskViews;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The task engine, wired: its use cases, and the loops that drive them. */
public final class Engine implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** The rest of a loop that each change wakes, while few of them concern it. */
  private static final Duration MOSTLY_FOR_NOTHING = Duration.ofMillis(10);

  /**
   * What the engine takes from the world.
   *
   * @param server must differ from every earlier one of this store
   */
  public record World(
      ServerId server, Threads threads, InstantSource clock, Ids ids, RandomGenerator chance) {}

  /**
   * What it works with.
   *
   * @param face what the face decides whose tasks belong to documents
   */
  public record Parts(
      StorePorts stores,
      Runtimes runtimes,
      Lanes lanes,
      Admission admission,
      Documents.Face face,
      Announcer announcer,
      List<Courier> couriers,
      KeptLogs logs) {}

  private final SubmitTask submitTask;
  private final SubmitAndWait submitAndWait;
  private final CancelTask cancelTask;
  private final TaskViews views;
  private final Explain explain;
  private final Runs runs;
  private final Documents documents;
  private final Answers answers;
  private final StagingBoard staging;
  private final News news;
  private final Runtimes runtimes;
  private final Lanes lanes;

  private final StopSigns stopSigns;
  private final Attempts attempts;
  private final Heartbeat heartbeat;
  private final LeaseReaper reaper;
  private final Deliveries deliveries;
  private final Runnable firstRecovery;
  private final List<Loop> loops;

  private Engine(World world, Parts parts, EngineConfig config) {
    StorePorts stores = parts.stores();
    InstantSource clock = world.clock();
    Threads threads = world.threads();
    runtimes = parts.runtimes();
    lanes = parts.lanes();
    news = new News(threads.bell(), threads.bell(), threads.bell(), threads.bell());
    staging = new StagingBoard(clock);

    stopSigns = new StopSigns();
    var transitions =
        new TaskTransitions(
            stores.transitions(), parts.face().rule(), parts.announcer(), stopSigns, news);
    var runner = new AttemptRunner(runtimes, threads, world.chance(), config.attempts());
    attempts = new Attempts(runner, transitions, stopSigns, staging, threads, clock);

    views = new TaskViews(stores.views());
    submitTask =
        new SubmitTask(parts.admission(), lanes, stores.intake(), news, world.ids(), clock);
    submitAndWait = new SubmitAndWait(submitTask, views, news.history(), clock);
    cancelTask = new CancelTask(views, transitions, clock);
    explain =
        new Explain(
            views,
            stores.views(),
            lanes,
            runtimes,
            staging,
            new UnfinishedSiblings(stores.documents().views()),
            stores.health(),
            config.dispatch(),
            clock);
    runs =
        Runs.wire(
            stores,
            parts.admission(),
            lanes,
            runtimes,
            parts.announcer(),
            explain,
            transitions,
            news,
            world.ids(),
            clock);
    documents =
        Documents.wire(
            stores.documents(),
            stores.views(),
            parts.face(),
            parts.admission(),
            lanes,
            runtimes,
            transitions,
            news,
            world.ids(),
            clock,
            world.chance());
    answers =
        new Answers(
            stores.claims(), attempts, transitions, threads, world.chance(), world.server(), clock);

    heartbeat =
        new Heartbeat(stores.heartbeats(), stopSigns, world.server(), config.heartbeat(), clock);
    reaper = new LeaseReaper(stores.heartbeats(), transitions, stopSigns, world.server(), clock);
    var dispatcher =
        new Dispatcher(lanes, stores.claims(), attempts, runtimes, world.server(), clock);
    var patience = new PatienceLimit(stores.due(), transitions, clock);
    var sweeper = new Sweeper(runtimes, stores.views());
    deliveries =
        new Deliveries(
            stores.deliveries(),
            parts.couriers(),
            config.deliveries(),
            threads,
            news.history(),
            clock,
            world.chance());
    firstRecovery =
        config.alone()
            ? () -> {
              stores.heartbeats().declareOthersDead(world.server());
              runs.advancer().dropUnfinished(Duration.ZERO);
            }
            : () -> {}; // others may be alive: only a heartbeat that ended tells
    Duration second = Duration.ofSeconds(1);
    loops = new ArrayList<>();
    loops.add(
        new Loop("heartbeat", threads, threads.bell(), config.renewEvery(), heartbeat::runOnce));
    loops.add(new Loop("leases", threads, threads.bell(), second, reaper::runOnce));
    loops.add(new Loop("patience", threads, threads.bell(), second, patience::runOnce));
    loops.add(new Loop("sweep", threads, threads.bell(), config.sweepEvery(), sweeper::runOnce));
    loops.add(
        new Loop(
            "deliveries",
            threads,
            news.history(),
            MOSTLY_FOR_NOTHING,
            second,
            deliveries::runOnce));
    if (!config.retention().keepAll()) {
      Bell unfinished = threads.bell();
      var retention =
          new Retention(
              config.retention(), stores.retention(), parts.logs(), threads, unfinished, clock);
      loops.add(
          new Loop("retention", threads, unfinished, config.sweepEvery(), retention::runOnce));
    }
    if (config.dispatch()) {
      loops.add(
          new Loop("runs", threads, news.runs(), config.pollEvery(), runs.advancer()::runOnce));
      loops.add(
          new Loop(
              "documents",
              threads,
              news.documents(),
              MOSTLY_FOR_NOTHING,
              config.pollEvery(),
              documents.advancer()::runOnce));
      loops.add(
          new Loop("dispatch", threads, news.work(), config.pollEvery(), dispatcher::runOnce));
    }
  }

  public static Engine wire(World world, Parts parts, EngineConfig config) {
    return new Engine(world, parts, config);
  }

  /** Announces this server, makes what dead servers held adoptable, and begins to work. */
  @Override
  public void start() {
    heartbeat.announce();
    firstRecovery.run();
    reaper.runOnce();
    loops.forEach(Loop::start);
  }

  /**
   * Claims nothing more and lets go of everything; what runs goes on and is adopted by whoever
   * comes next.
   */
  @Override
  public void close() {
    loops.reversed().forEach(Loop::close);
    deliveries.close();
    try {
      attempts.leaveAll();
    } catch (InterruptedException _) {
      LOG.warn("interrupted while letting go of attempts; their leases end with the heartbeat");
      Thread.currentThread().interrupt();
    }
  }

  public SubmitTask submitTask() {
    return submitTask;
  }

  public SubmitAndWait submitAndWait() {
    return submitAndWait;
  }

  public CancelTask cancelTask() {
    return cancelTask;
  }

  public TaskViews views() {
    return views;
  }

  public Explain explain() {
    return explain;
  }

  /** Graphs in execution: taking them in, asking of them, showing and explaining them. */
  public Runs runs() {
    return runs;
  }

  /** Documents, and what is assigned to them. */
  public Documents documents() {
    return documents;
  }

  /** Where ends of handed-over work are brought. */
  public Answers answers() {
    return answers;
  }

  /** How many attempts this server works on now. */
  public int attemptsHeld() {
    return stopSigns.size();
  }

  /** Why this server's leases cannot be relied on now, if so. */
  public Optional<Cause> heartbeatTrouble() {
    return heartbeat.trouble();
  }

  public StagingBoard staging() {
    return staging;
  }

  public News news() {
    return news;
  }

  public Runtimes runtimes() {
    return runtimes;
  }

  public Lanes lanes() {
    return lanes;
  }
}
