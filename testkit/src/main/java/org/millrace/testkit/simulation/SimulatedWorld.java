package org.millrace.testkit.simulation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent.AskedAgain;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.engine.Engine;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.delivery.Courier;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.documents.AskAgain;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentRunStore.NewDocumentRun;
import org.millrace.engine.documents.DocumentRunStore.NodeTask;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.documents.Wanted;
import org.millrace.engine.runs.RunRequests;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.threads.Service;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore.Change;
import org.millrace.engine.views.ViewStore.HistoryQuery;
import org.millrace.engine.workers.TakeAnswers;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.engine.workers.WorkerTasks;
import org.millrace.testkit.DocumentFixture;
import org.millrace.testkit.RunFixture;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.simulation.Faults.Fault;

/**
 * Several servers on machines of their own, one store, clients that submit and cancel, and bad
 * weather; all of it decided by one seed.
 */
public final class SimulatedWorld {
  private static final Work ATTEMPTED =
      new ContainerWork(
          List.of(ExecutorSpec.of("image", List.of("true"))), List.of(), List.of(), List.of());
  private static final Duration STORM = Duration.ofSeconds(60);
  private static final Duration CALM_AFTER_THE_LAST_END = Duration.ofSeconds(150);
  private static final Duration LONGEST_STOP = Duration.ofMinutes(2);
  private static final long MOST_TURNS = 3_000_000;

  private final Random random;
  private static final Value.Fields NO_FIELDS = new Value.Fields(Map.of());

  private final Faults faults;
  private final SeededThreads threads;
  private final StorePorts truth = new InMemoryStore().ports();
  private final Invariants invariants = new Invariants(truth);
  private final FaultyStores stores;
  private final SimulatedRuntime remote;
  private final SimulatedRuntime mute;
  private final List<SimulatedRuntime> local = new ArrayList<>();
  private final List<Optional<SimulatedServer>> servers = new ArrayList<>();
  private final List<Long> clockErrors = new ArrayList<>();
  private final Set<TaskId> acknowledged = new TreeSet<>();
  private final Set<RunId> acknowledgedRuns = new TreeSet<>();
  private final Set<TaskId> assigned = new TreeSet<>();
  private final Map<RunId, Set<NodeKey>> askedFor = new HashMap<>();
  private final RunInvariants runInvariants = new RunInvariants(truth);
  private final Map<String, List<String>> told = new TreeMap<>();
  private final Optional<WorkerSide> workerSide;
  private final SimulatedBroker broker;
  private final Optional<SimulatedWorkers> workers;
  private final Set<EntryId> assignedToDocuments = new TreeSet<>();
  private long crashes;
  private long stops;
  private int incarnations;
  private int clientsAtWork;

  SimulatedWorld(long seed, int machines, Set<Fault> weather) {
    this(seed, machines, weather, Optional.empty());
  }

  private SimulatedWorld(
      long seed, int machines, Set<Fault> weather, Optional<WorkerSide> workerSide) {
    random = new Random(seed);
    faults = new Faults(random, weather);
    threads = new SeededThreads(random, faults);
    stores = new FaultyStores(threads, faults, random, invariants);
    this.workerSide = workerSide;
    broker = new SimulatedBroker(threads, faults, random);
    workers = workerSide.map(_ -> new SimulatedWorkers(threads, faults, random, truth, broker));
    remote = runtime("remote", "", Custody.HANDED_OVER, false);
    mute = runtime("mute", "", Custody.HANDED_OVER, true);
    for (int machine = 0; machine < machines; machine++) {
      local.add(runtime("local", "machine-" + machine, Custody.HELD, false));
      servers.add(Optional.empty());
      clockErrors.add(0L);
      startServer(machine);
    }
  }

  static SimulatedWorld of(long seed) {
    return new SimulatedWorld(seed, 3, EnumSet.allOf(Fault.class));
  }

  /** Several servers, workers, and a broker between them. */
  public static SimulatedWorld withWorkers(
      long seed, int machines, Set<Fault> weather, WorkerSide side) {
    return new SimulatedWorld(seed, machines, weather, Optional.of(side));
  }

  /** What happened, as one number: equal for equal runs. */
  public long trace() {
    return threads.trace();
  }

  /** How often each kind of thing happened to tasks, and how often a server died. */
  public Map<String, Long> happened() {
    Map<String, Long> counts = new TreeMap<>();
    truth
        .views()
        .history(new HistoryQuery(0, Optional.empty(), Optional.empty(), Integer.MAX_VALUE))
        .forEach(event -> counts.merge(event.kind().name(), 1L, Long::sum));
    acknowledgedRuns.forEach(id -> counts.merge("RUN_" + run(id).state(), 1L, Long::sum));
    counts.put("CRASH", crashes);
    counts.put("STOP", stops);
    return counts;
  }

  Set<TaskId> acknowledged() {
    return acknowledged;
  }

  private SimulatedRuntime runtime(String name, String site, Custody custody, boolean silent) {
    return new SimulatedRuntime(
        new RuntimeName(name), site, custody, silent, threads, faults, random, this::whenStarted);
  }

  // --- servers and weather

  private void startServer(int machine) {
    var id = new ServerId("server-" + machine + "." + incarnations++);
    Threads group = threads.of(id.text());
    InstantSource clock = () -> SimulatedServer.at(threads.now() + clockErrors.get(machine));
    StorePorts ports = stores.around(truth);
    List<TaskRuntime> runtimes = new ArrayList<>(List.of(local.get(machine), remote, mute));
    WorkerBroker connection = broker.connect(id.text(), group);
    WorkerProtocol protocol = new SimulatedWorkers.Spoken();
    workerSide.ifPresent(side -> runtimes.add(side.runtime(connection, protocol, group, clock)));
    var server =
        new SimulatedServer(
            id,
            group,
            ports,
            runtimes,
            workerSide.isPresent() ? SimulatedWorkers.face() : Documents.Face.NONE,
            engine ->
                workerSide.isPresent()
                    ? answersOf(engine, connection, protocol, ports, clock)
                    : NOTHING_BESIDE,
            announcer(),
            courier(),
            clock,
            random,
            servers.size() == 1);
    servers.set(machine, Optional.of(server));
    server.start();
  }

  private static Service answersOf(
      Engine engine,
      WorkerBroker connection,
      WorkerProtocol protocol,
      StorePorts ports,
      InstantSource clock) {
    return new TakeAnswers(
        connection,
        List.of(protocol),
        name ->
            ports
                .views()
                .find(new TaskId(name.text()))
                .map(view -> new WorkerTasks.Named(view.task().id(), view.task().attempt())),
        engine.answers(),
        ports.documents().deadLetters(),
        clock);
  }

  private static final Service NOTHING_BESIDE =
      new Service() {
        @Override
        public void start() {
          // there is nothing
        }

        @Override
        public void close() {
          // there is nothing
        }
      };

  private void weather() {
    workers.ifPresent(this::weatherOfWorkers);
    int machine = random.nextInt(servers.size());
    if (faults.strikes(Fault.CRASH, 400)) {
      crash(machine);
    }
    if (faults.strikes(Fault.STOP, 600)) {
      stop(machine);
    }
    if (faults.strikes(Fault.CLOCK_JUMP, 2_000)) {
      clockErrors.set(machine, (long) random.nextInt(60_000) - 30_000);
    }
    if (faults.strikes(Fault.ODD_RUNTIMES, 4_000)) {
      (random.nextBoolean() ? remote : local.get(machine)).loseAll();
    }
  }

  private void weatherOfWorkers(SimulatedWorkers side) {
    if (faults.strikes(Fault.ODD_WORKERS, 1_500)) {
      side.killOne(this::later);
    }
    if (faults.strikes(Fault.BROKER, 6_000)) {
      broker.restart(() -> later(random.nextInt(5_000), broker::comeBack));
    }
    if (faults.strikes(Fault.BROKER, 3_000)) {
      broker.loseOne();
    }
  }

  private void crash(int machine) {
    servers
        .get(machine)
        .ifPresent(server -> {
          crashes++;
          replace(machine, server);
        });
  }

  private void replace(int machine, SimulatedServer dead) {
    threads.kill(dead.id().text());
    broker.disconnected(dead.id().text());
    servers.set(machine, Optional.empty());
    later(random.nextInt(20_000), () -> startServer(machine));
  }

  /** It may crash on the way; if not, it must come to its end, whatever its store does. */
  private void stop(int machine) {
    servers
        .get(machine)
        .filter(SimulatedServer::isUp)
        .ifPresent(server -> {
          stops++;
          server.stop(() -> later(0, () -> replaceIfThere(machine, server)));
          later(LONGEST_STOP.toMillis(), () -> demandEnded(machine, server));
        });
  }

  private void replaceIfThere(int machine, SimulatedServer stopped) {
    if (servers.get(machine).equals(Optional.of(stopped))) {
      replace(machine, stopped);
    }
  }

  private void demandEnded(int machine, SimulatedServer stopped) {
    if (servers.get(machine).equals(Optional.of(stopped))) {
      throw Invariants.broken(stopped.id() + " was told to end and did not");
    }
  }

  private void later(long millis, Runnable event) {
    threads
        .of("weather")
        .start(
            "later",
            () -> {
              threads.pause(millis);
              event.run();
            });
  }

  private Optional<SimulatedServer> anyServer() {
    List<SimulatedServer> up =
        servers.stream().flatMap(Optional::stream).filter(SimulatedServer::isUp).toList();
    return up.isEmpty() ? Optional.empty() : Optional.of(up.get(random.nextInt(up.size())));
  }

  // --- what the remote service says

  private void whenStarted(Handle handle, long endsAt) {
    invariants.checkAlone(handle, runtimes(), threads.now());
    if (handle.runtime().text().equals("local")) {
      return;
    }
    boolean mustBeTold = handle.runtime().text().equals("mute");
    TaskId task = handle.task().orElseThrow();
    int attempt = Integer.parseInt(handle.name().substring(handle.name().lastIndexOf('-') + 1));
    long soon = endsAt - threads.now() + random.nextInt(500);
    if (mustBeTold) {
      later(soon, () -> answer(task, attempt, Integer.MAX_VALUE));
    } else if (!faults.strikes(Fault.ODD_ANSWERS, 5)) {
      later(soon, () -> answer(task, attempt, 5));
    }
    if (faults.strikes(Fault.ODD_ANSWERS, 5)) {
      later(soon + random.nextInt(40_000), () -> answer(task, attempt, 5));
    }
    if (faults.strikes(Fault.ODD_ANSWERS, 5)) {
      later(random.nextInt(3_000), () -> answer(task, attempt - 1, 5));
    }
  }

  /** Brings an answer to some server; sent again, a few times, if nobody confirms it. */
  private void answer(TaskId task, int attempt, int tries) {
    for (int i = 0; i < tries && !isTaken(task, attempt); i++) {
      threads.pause(100);
    }
  }

  private boolean isTaken(TaskId task, int attempt) {
    Heard<Boolean> heard = new Heard<>();
    anyServer()
        .ifPresent(server ->
            server.serve(
                "answer",
                () -> {
                  try {
                    server.engine().answers().arrived(task, attempt, new ComputeEnd.Ran());
                    heard.set(true);
                  } catch (Refusal | InterruptedException | Error _) {
                    heard.set(false);
                  }
                }));
    threads.pause(3_000);
    return heard.get().orElse(false);
  }

  // --- what peers are told

  private Announcer announcer() {
    return change ->
        change.task().state().isFinal()
            ? List.of(
                new Delivery.Draft(
                    "peer", change.task().id().text(), "", change.task().state().name()))
            : List.of();
  }

  private Courier courier() {
    return new Courier() {
      @Override
      public String channel() {
        return "peer";
      }

      @Override
      public void carry(Delivery.Draft draft) throws NotDelivered, InterruptedException {
        threads.sleep(random.nextInt(100));
        if (faults.strikes(Fault.ODD_ANSWERS, 10)) {
          throw new NotDelivered("the peer is away", false);
        }
        told.computeIfAbsent(draft.key(), _ -> new ArrayList<>()).add(draft.body());
      }
    };
  }

  // --- clients

  /** A client for each of {@code clients}, with {@code each} tasks. */
  void submit(int clients, int each) {
    for (int client = 0; client < clients; client++) {
      String name = "client-" + client;
      clientsAtWork++;
      threads.of("clients").start(name, () -> behave(name, each));
    }
  }

  /** A client for each of {@code clients}, with {@code each} runs of so many nodes. */
  void submitRuns(int clients, int each, int nodes) {
    for (int client = 0; client < clients; client++) {
      String name = "grapher-" + client;
      clientsAtWork++;
      threads.of("clients").start(name, () -> behave(name, each, nodes));
    }
  }

  /** A client for each of {@code clients}, with {@code each} documents. */
  public void submitDocuments(int clients, int each) {
    for (int client = 0; client < clients; client++) {
      String name = "archivist-" + client;
      clientsAtWork++;
      threads.of("clients").start(name, () -> keepDocuments(name, each));
    }
  }

  private void keepDocuments(String client, int documents) {
    Set<EntryId> mine = new TreeSet<>();
    for (int i = 0; i < documents; i++) {
      threads.pause(random.nextInt(3_000));
      Document document = DocumentFixture.aDocument(client + "-" + i).document();
      askUntilHeard(
          server -> server.engine().documents().register().register(List.of(document)).getFirst());
      List<String> keys = new ArrayList<>(List.of("C"));
      SimulatedWorkers.KEYS.stream()
          .filter(key -> !keys.contains(key) && random.nextInt(3) == 0)
          .forEach(keys::add);
      Collections.shuffle(keys, random);
      keys.forEach(key -> mine.addAll(assign(document, key)));
    }
    // Not only until all are done: a slow request may run again what was done, and it may fail
    // then.
    while (threads.now() < STORM.toMillis() + 20_000 || !mine.stream().allMatch(this::isDone)) {
      threads.pause(3_000);
      mine.forEach(this::askAgainIfItFailed);
    }
    clientsAtWork--;
  }

  /** The task itself, and those that its worker will have made. */
  private List<EntryId> assign(Document document, String key) {
    var wanted = new Wanted(key, 1 + random.nextInt(9), NO_FIELDS);
    askUntilHeard(server ->
        server.engine().documents().assign().assign(document.space(), document.id(), wanted));
    List<EntryId> entries =
        Stream.concat(Stream.of(key), SimulatedWorkers.needed(key).stream())
            .map(each -> EntryId.of(document.id(), each))
            .toList();
    assignedToDocuments.addAll(entries);
    return entries;
  }

  private boolean isDone(EntryId entry) {
    return stateOf(entry).filter(TaskState.COMPLETE::equals).isPresent();
  }

  private Optional<TaskState> stateOf(EntryId entry) {
    return truth.documents().views().task(DocumentFixture.SPACE, entry).map(AssignedTask::state);
  }

  /** What waits for others is never asked for: it must be woken. */
  private void askAgainIfItFailed(EntryId entry) {
    Optional<TaskState> state = stateOf(entry);
    boolean failed = state.filter(now -> now.isFinal() && now != TaskState.COMPLETE).isPresent();
    boolean overtake = state.isPresent() && faults.strikes(Fault.ODD_ANSWERS, 20);
    if (failed || overtake) {
      var request = new AskAgain.Request("somebody", "retry", overtake, _ -> true);
      askUntilHeard(server ->
          server.engine().documents().askAgain().ask(DocumentFixture.SPACE, entry, request));
    }
  }

  private void behave(String client, int runs, int nodes) {
    var owner = new Owner(client);
    List<TaskId> known = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      threads.pause(random.nextInt(2_000));
      known.add(submitted(owner, "to-adopt-" + i));
      List<TaskId> waiting = assigned(owner, i);
      known.addAll(waiting);
      RunPlan plan =
          RandomGraph.of(random, owner, 1 + random.nextInt(nodes), () -> ofNode(owner), known);
      var externalId = new ExternalId(client, "run-" + i);
      RunId id =
          askUntilHeard(
              server -> server.engine().runs().submit().submit(plan, Optional.of(externalId)));
      acknowledgedRuns.add(id);
      lookAfter(id);
      waiting.forEach(this::askAgain); // those that no node came to
    }
    clientsAtWork--;
  }

  /**
   * Tasks that wait for nodes to ask for them. Those of a document have a run of their own, which
   * has nothing to do here.
   */
  private List<TaskId> assigned(Owner owner, int number) {
    String name = owner.name() + "-" + number;
    List<NodeTask> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TaskSpec spec = aSpec(owner, ATTEMPTED);
      Lane lane = spec.resources().runtime().map(Lane::new).orElse(SimulatedServer.LOCAL.lane());
      var id = new TaskId("assigned-" + name + "-" + i);
      tasks.add(
          new NodeTask(
              new NewTask(
                  Task.submitted(id, spec, lane, SimulatedServer.at(threads.now())).waiting(),
                  spec,
                  Optional.of(new ExternalId("assigned", id.text())),
                  OptionalInt.empty(),
                  List.of(),
                  Optional.empty()),
              "K" + i,
              new FaceState(201, "", NO_FIELDS)));
    }
    RunFixture run = RunFixture.aRun("of-" + name).node("nothing", new NodePlan.Barrier());
    truth
        .documents()
        .runs()
        .register(
            new NewDocumentRun(
                Document.ofTarget(
                    new Space("test"),
                    name,
                    "",
                    NO_FIELDS,
                    NO_FIELDS,
                    SimulatedServer.at(threads.now())),
                _ -> true,
                tasks,
                run.run(),
                run.spec(),
                new ExternalId("assigned", name),
                run.nodes(),
                run.edges()));
    List<TaskId> ids = tasks.stream().map(task -> task.task().task().id()).toList();
    assigned.addAll(ids);
    return ids;
  }

  /** Somebody wants an assigned task done once more, unless it is being done. */
  private void askAgain(TaskId task) {
    var event = new AskedAgain("somebody", "retry", false, SimulatedServer.at(threads.now()));
    truth
        .transitions()
        .apply(
            task,
            new Change(
                event.at(),
                stored -> TaskMachine.apply(stored, event),
                AttemptNews.NONE,
                _ -> List.of()));
  }

  /** Pauses, resumes, cancels and runs again at odd moments; in the end it must end. */
  private void lookAfter(RunId id) {
    for (int i = random.nextInt(6); i > 0; i--) {
      threads.pause(random.nextInt(8_000));
      switch (random.nextInt(8)) {
        case 6, 7 -> askForOneThatFailed();
        case 0 -> ask(runs -> runs.cancel(id, Caller.ANONYMOUS));
        case 1, 2 -> ask(runs -> runs.pause(id, Caller.ANONYMOUS));
        case 3 -> rerunFrom(id, anyNode(id));
        case 4 -> ask(runs -> runs.rerun(id, List.of(), Caller.ANONYMOUS));
        default -> ask(runs -> runs.resume(id, Caller.ANONYMOUS));
      }
    }
    while (threads.now() < STORM.toMillis() + 20_000 || !hasEnded(id)) {
      ask(runs -> runs.resume(id, Caller.ANONYMOUS));
      if (isHeld(id)) {
        boolean again = random.nextBoolean();
        ask(runs ->
            again
                ? runs.rerun(id, List.of(), Caller.ANONYMOUS)
                : runs.cancel(id, Caller.ANONYMOUS));
      }
      threads.pause(5_000);
    }
  }

  private void askForOneThatFailed() {
    assigned.stream()
        .filter(id ->
            truth
                .views()
                .glance(id)
                .filter(task -> task.state().isFinal() && task.state() != TaskState.COMPLETE)
                .isPresent())
        .findFirst()
        .ifPresent(this::askAgain);
  }

  private void rerunFrom(RunId id, NodeKey node) {
    askedFor.computeIfAbsent(id, _ -> new HashSet<>()).add(node);
    ask(runs -> runs.rerun(id, List.of(node), Caller.ANONYMOUS));
  }

  private NodeKey anyNode(RunId id) {
    List<RunNode> nodes = truth.runViews().nodes(id, 0, Integer.MAX_VALUE);
    return nodes.get(random.nextInt(nodes.size())).key();
  }

  private boolean hasEnded(RunId id) {
    return run(id).state().isFinal();
  }

  private boolean isHeld(RunId id) {
    return run(id).tally().failed() > 0 && run(id).tally().active() == 0;
  }

  private Run run(RunId id) {
    return truth.runViews().find(id).orElseThrow().run();
  }

  private interface RunRequest {
    Run sendTo(RunRequests requests);
  }

  /** Sends a request to one server; what it says to it does not matter. */
  private void ask(RunRequest request) {
    anyServer()
        .ifPresent(server ->
            server.serve(
                "request",
                () -> {
                  try {
                    request.sendTo(server.engine().runs().requests());
                  } catch (Refusal | Error _) {
                    // It may not be so now; the sender does not mind.
                  }
                }));
    threads.pause(1_000);
  }

  private void behave(String client, int tasks) {
    for (int i = 0; i < tasks; i++) {
      threads.pause(random.nextInt(2_000));
      TaskId id = submitted(new Owner(client), "task-" + i);
      if (random.nextInt(4) == 0) {
        cancel(id);
      }
    }
    clientsAtWork--;
  }

  private TaskId submitted(Owner owner, String name) {
    TaskSpec spec = aSpec(owner, ATTEMPTED);
    var externalId = new ExternalId(owner.name(), name);
    TaskId id =
        askUntilHeard(server -> server.engine().submitTask().submit(spec, Optional.of(externalId)));
    acknowledged.add(id);
    return id;
  }

  private void cancel(TaskId id) {
    threads.pause(random.nextInt(4_000));
    TaskId same =
        askUntilHeard(server -> {
          server.engine().cancelTask().cancel(id, Caller.ANONYMOUS);
          return id;
        });
    invariants.cancellationAcknowledged(same);
  }

  private interface Request<T> {
    T sendTo(SimulatedServer server);
  }

  /** Sends a request to one server after another until one answers. */
  private <T> T askUntilHeard(Request<T> request) {
    while (true) {
      Heard<T> heard = new Heard<>();
      anyServer().ifPresent(server -> server.serve("request", () -> ask(request, server, heard)));
      for (int i = 0; i < 20 && heard.get().isEmpty(); i++) {
        threads.pause(50);
      }
      if (heard.get().isPresent()) {
        return heard.get().get();
      }
    }
  }

  private static <T> void ask(Request<T> request, SimulatedServer server, Heard<T> heard) {
    try {
      heard.set(request.sendTo(server));
    } catch (Refusal | Error _) {
      // The sender hears nothing and asks again.
    }
  }

  private static final class Heard<T> {
    private Optional<T> answer = Optional.empty();

    Optional<T> get() {
      return answer;
    }

    void set(T value) {
      answer = Optional.of(value);
    }
  }

  private TaskSpec ofNode(Owner owner) {
    return random.nextInt(4) == 0
        ? aSpec(owner, SimulatedRuntime.AT_ONCE)
        : aSpec(owner, ATTEMPTED);
  }

  private TaskSpec aSpec(Owner owner, Work work) {
    Map<String, String> parameters = new HashMap<>();
    switch (random.nextInt(4)) {
      case 0 -> parameters.put("runtime", "remote");
      case 1 -> parameters.put("runtime", "mute");
      default -> {} // the usual lane
    }
    var resources =
        new Resources(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            parameters,
            Optional.empty());
    return new TaskSpec(
        owner,
        "test",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        random.nextInt(11),
        work,
        resources,
        new RetryPolicy(
            1 + random.nextInt(3),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            random.nextInt(5) == 0),
        new TimeLimits(seldom(20_000), seldom(3_000), seldom(60_000)),
        List.of());
  }

  private Optional<Duration> seldom(int millis) {
    return random.nextInt(6) == 0
        ? Optional.of(Duration.ofMillis(1 + random.nextInt(millis)))
        : Optional.empty();
  }

  // --- running it

  /** Runs until every task has ended and all is quiet; throws at the first broken promise. */
  public void runUntilQuiet() {
    long quietUntil = -1;
    while (quietUntil < 0 || threads.now() < quietUntil) {
      weather();
      if (!threads.step()) {
        throw Invariants.broken("nothing will ever happen again");
      }
      if (threads.now() > STORM.toMillis()) {
        calmDown();
      }
      if (!threads.defects().isEmpty()) {
        throw new AssertionError("a thread ended by a defect", threads.defects().getFirst());
      }
      if (threads.turns() % 256 == 0) {
        quietUntil = quietUntil(quietUntil);
      }
      if (threads.turns() > MOST_TURNS) {
        invariants.checkAtRest(acknowledged, runtimes());
        throw Invariants.broken("not at rest after " + MOST_TURNS + " turns: " + undone());
      }
    }
    invariants.checkAtRest(acknowledged, runtimes());
    if (!acknowledgedRuns.isEmpty()) {
      Set<TaskId> adoptable = new TreeSet<>(acknowledged);
      adoptable.addAll(assigned);
      runInvariants.checkAtRest(acknowledgedRuns, adoptable, askedFor);
    }
    checkTold();
  }

  /** Nothing goes wrong from now on, and clocks are set: no two servers could agree otherwise. */
  private void calmDown() {
    faults.calmDown();
    clockErrors.replaceAll(_ -> 0L);
  }

  /** A request that took long may yet run again what had ended. */
  private long quietUntil(long before) {
    if (!everythingEnded()) {
      return -1;
    }
    return before < 0 ? threads.now() + CALM_AFTER_THE_LAST_END.toMillis() : before;
  }

  private boolean everythingEnded() {
    return clientsAtWork == 0
        && threads.now() > STORM.toMillis()
        && truth.views().unfinished().values().stream().mapToLong(Long::longValue).sum() == 0
        && acknowledgedRuns.stream().allMatch(this::hasEnded)
        && assignedToDocuments.stream().allMatch(this::isDone);
  }

  private List<String> undone() {
    return assignedToDocuments.stream()
        .filter(entry -> !isDone(entry))
        .map(entry ->
            truth
                .documents()
                .views()
                .task(DocumentFixture.SPACE, entry)
                .flatMap(task -> truth.views().find(task.entry().task()))
                .map(view -> entry + " " + view.task())
                .orElse(entry + " was never assigned"))
        .toList();
  }

  private void checkTold() {
    for (TaskId id : acknowledged) {
      String end = truth.views().find(id).orElseThrow().task().state().name();
      if (!new TreeSet<>(told.getOrDefault(id.text(), List.of())).equals(Set.of(end))) {
        throw Invariants.broken(
            "peers were told " + told.get(id.text()) + " of " + id + ", which ended " + end);
      }
    }
  }

  private List<SimulatedRuntime> runtimes() {
    List<SimulatedRuntime> all = new ArrayList<>(local);
    all.add(remote);
    all.add(mute);
    return all;
  }
}
