package org.millrace.server;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.api.ApiDialect;
import org.millrace.dane.DaneDialect;
import org.millrace.dane.DaneHealth;
import org.millrace.dane.elasticsearch.ElasticsearchFace;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.Engine;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.retention.LogFiles;
import org.millrace.engine.services.StepsAdmission;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.millrace.engine.staging.StagingAdmission;
import org.millrace.engine.staging.Transfers;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.http.Access;
import org.millrace.http.Face;
import org.millrace.http.HttpServer;
import org.millrace.http.health.HealthFace;
import org.millrace.http.health.Metrics;
import org.millrace.http.signin.Anonymous;
import org.millrace.http.signin.BasicUsers;
import org.millrace.http.signin.Network;
import org.millrace.http.signin.OpenTo;
import org.millrace.http.signin.SignIn;
import org.millrace.runtimes.inprocess.HandlerAdmission;
import org.millrace.runtimes.local.WorkArea;
import org.millrace.server.config.ServerConfig;
import org.millrace.store.sqlite.SqliteStore;
import org.millrace.tes.TesDialect;
import org.millrace.transfer.DefaultDestinations;
import org.millrace.transfer.HttpClients;
import org.millrace.transfer.HttpTransfer;
import org.millrace.transfer.LocalTransfer;
import org.millrace.transfer.ServiceHttp;
import org.millrace.transfer.WebhookCourier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Millrace server, wired by hand: the whole system in one method. */
public final class MillraceServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MillraceServer.class);

  private final SqliteStore store;
  private final HttpClients clients;
  private final LocalRuntimes runtimes;
  private final ContainerRuntimes containers;
  private final Workers workers;
  private final Meters meters;
  private final Engine engine;
  private final HttpServer http;

  private MillraceServer(ServerConfig config, List<AutoCloseable> opened) throws IOException {
    InstantSource clock = Clock.systemUTC();
    RandomGenerator chance = new SecureRandom();
    var threads = new VirtualThreads();
    config.remarks().forEach(remark -> LOG.warn("{}", remark));
    DataFolder.prepare(config.data());

    store = opened(opened, SqliteStore.open(config.store()));
    BooleanSupplier nothingStored = () -> store.ports().views().newestEvent() == 0;
    clients =
        opened(
            opened,
            new HttpClients(
                config.transfers().http(),
                new DefaultDestinations(config.transfers().destinations())));
    String site = Site.in(config.data(), nothingStored);
    WorkArea area = LocalRuntimes.area(config, site);
    var transfers =
        new Transfers(
            List.of(
                new LocalTransfer(
                    config.transfers().local(), List.of(config.data(), area.folder()), chance),
                new HttpTransfer(clients, threads, clock, chance)));
    byte[] key = SecretKey.in(config.data(), nothingStored);
    var secrets = new UrlSecrets(key);
    int mostFiles = config.transfers().mostFilesPerFolder();
    var stageIn = new StageIn(transfers, secrets, mostFiles, config.runtimes().diskFloor());
    var stageOut = new StageOut(transfers, secrets, mostFiles);
    runtimes = opened(opened, LocalRuntimes.open(config, site, area, stageIn, stageOut));
    containers =
        opened(
            opened,
            ContainerRuntimes.open(config, runtimes, store.ports().views(), stageIn, stageOut));

    workers = opened(opened, new Workers(config, store.ports(), threads, clock));

    var services = new ServiceHttp(clients);
    var requestSecrets = new RequestSecrets(secrets);
    var own =
        new OwnRuntimes(config, site, services, requestSecrets, runtimes.logs(), threads, clock);

    var ids = new TimeOrderedIds(clock, chance);
    var world = new Engine.World(new ServerId("server-" + ids.next()), threads, clock, ids, chance);
    var webhooks =
        new Webhooks(
            config.webhooks().urls(),
            key,
            new WebhookCourier(clients, clock, config.webhooks().courier()));
    var parts =
        new Engine.Parts(
            store.ports(),
            new Runtimes(
                joined(joined(containers.inOrder(), own.inOrder()), workers.inOrder()),
                joined(joined(containers.absent(), own.absent()), workers.absent())),
            lanes(config, containers, own, workers),
            new StepsAdmission(
                new HandlerAdmission(new StagingAdmission(transfers, secrets), own.handlers()),
                services,
                requestSecrets,
                own.kindsOfSteps()),
            DaneDialect.documents(config.dane().config()),
            webhooks,
            List.of(webhooks),
            new LogFiles(runtimes.logs()));
    engine = Engine.wire(world, parts, config.engine());
    workers.bringTo(engine.answers());

    meters = opened(opened, new Meters(store));
    meters.watch(engine);
    SignIn signIn = signIn(config, clock);
    http = new HttpServer(config.http(), signIn, faces(config, signIn, clock), meters::answered);
  }

  /**
   * Opens everything, and starts nothing.
   *
   * @throws IOException when a folder or file cannot be used
   * @throws org.millrace.domain.failure.Refusal when the data folder is in use or unusable
   */
  public static MillraceServer open(ServerConfig config) throws IOException {
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      return new MillraceServer(config, opened);
    } catch (IOException | RuntimeException failure) {
      closeAll(opened, failure);
      throw failure;
    }
  }

  private static <T extends AutoCloseable> T opened(List<AutoCloseable> all, T one) {
    all.add(one);
    return one;
  }

  private static void closeAll(List<AutoCloseable> opened, Exception failure) {
    for (AutoCloseable one : opened.reversed()) {
      try {
        one.close();
      } catch (Exception again) {
        failure.addSuppressed(again);
      }
    }
  }

  private static Lanes lanes(
      ServerConfig config, ContainerRuntimes runtimes, OwnRuntimes own, Workers workers) {
    Map<Lane, LaneRule> rules = new LinkedHashMap<>(runtimes.lanes());
    rules.putAll(own.lanes());
    rules.putAll(workers.lanes());
    rules.putAll(config.lanes());
    Map<Class<? extends Work>, Lane> usual = new HashMap<>(OwnRuntimes.usualLanes());
    usual.put(ContainerWork.class, runtimes.usualLane());
    usual.put(WorkerWork.class, workers.usualLane());
    return new Lanes(List.copyOf(rules.values()), usual);
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static SignIn signIn(ServerConfig config, InstantSource clock) {
    if (!config.security().users().isEmpty()) {
      return new BasicUsers(config.security().users(), clock);
    }
    return config.security().anonymous() ? Anonymous.anywhere() : Anonymous.onLoopback();
  }

  /**
   * Of figures where they are not open: those who reach this server only because another face is
   * open to them, or asks them itself, get none.
   */
  private static SignIn ofOperators(ServerConfig config, SignIn usual) {
    return usual.onlyOnLoopback() && !config.onLoopback()
        ? new OpenTo(Caller.ANONYMOUS, usual, Network.LOOPBACK)
        : usual;
  }

  private List<Face> faces(ServerConfig config, SignIn signIn, InstantSource clock) {
    List<Face> faces = new ArrayList<>();
    faces.add(new HealthFace(readiness(), metrics(config), ofOperators(config, signIn)));
    if (config.faces().contains("dane")) {
      faces.add(
          new DaneDialect(
              config.dane().config(),
              config.dane().jobs(),
              engine.documents(),
              engine.explain(),
              workers.asked(),
              new DaneHealth(store.ports().health()::trouble, workers::trouble),
              signIn,
              clock));
    }
    if (config.faces().contains(ElasticsearchFace.NAME)) {
      faces.add(new ElasticsearchFace(config.dane().elasticsearch(), engine.documents(), clock));
    }
    if (config.faces().contains("api")) {
      faces.add(
          new ApiDialect(
              engine,
              store.ports().documents().deadLetters(),
              runtimes.logs(),
              ServerConfig.VERSION));
    }
    if (config.faces().contains("tes")) {
      faces.add(
          new TesDialect(
              config.tes(),
              engine.submitTask(),
              engine.views(),
              engine.cancelTask(),
              UrlSecrets::masked,
              clock));
    }
    return faces;
  }

  private Metrics metrics(ServerConfig config) {
    return new Metrics(meters::scrape, config.metricsOpen() ? Access.OPEN : Access.SIGNED_IN);
  }

  private Map<String, Supplier<Optional<Cause>>> readiness() {
    Map<String, Supplier<Optional<Cause>>> checks = new LinkedHashMap<>();
    checks.put("store", store.ports().health()::trouble);
    checks.put("heartbeat", engine::heartbeatTrouble);
    checks.put("runtimes", this::noRuntimeAvailable);
    return checks;
  }

  /** One runtime for programs that works is enough to be of use; those of our own always do. */
  private Optional<Cause> noRuntimeAvailable() {
    List<RuntimeOffer> offers =
        joined(containers.inOrder().stream().map(TaskRuntime::offer).toList(), containers.absent());
    return offers.stream().allMatch(offer -> offer.unavailable().isPresent())
        ? offers.stream().findFirst().flatMap(RuntimeOffer::unavailable)
        : Optional.empty();
  }

  /**
   * Recovers, begins to work, and listens; returns when requests are accepted.
   *
   * @throws org.millrace.http.CannotListen naming key and port; nothing has begun then
   * @throws org.millrace.broker.CannotListen the same of its broker
   */
  public void start() {
    LOG.info("{}", runtimesLine(engine.runtimes().offers()));
    http.bind();
    workers.start();
    engine.start();
    http.start();
  }

  /**
   * Returns when workers can connect, which takes longer than everything else.
   *
   * @throws org.millrace.broker.CannotListen naming key and port
   */
  public void awaitWorkers() throws InterruptedException {
    workers.awaitOpen();
  }

  /** Where workers connect to the broker in this process, once {@link #awaitWorkers} returned. */
  Optional<URI> brokerListening() {
    return workers.listening();
  }

  /** The queues that workers have made; empty if no broker tells. */
  Optional<List<WorkerBroker.WorkerQueue>> workerQueues() throws InterruptedException {
    return workers.queues();
  }

  /** Which runtimes take work, in the order in which they are asked, and why others do not. */
  static String runtimesLine(List<RuntimeOffer> offers) {
    String work =
        offers.stream()
            .filter(offer -> offer.unavailable().isEmpty())
            .map(offer -> offer.name().text())
            .collect(Collectors.joining(", "));
    String others =
        offers.stream()
            .flatMap(offer ->
                offer.unavailable().map(why -> "; not " + offer.name() + ": " + why).stream())
            .collect(Collectors.joining());
    return "runtimes: " + (work.isEmpty() ? "none" : work) + others;
  }

  /** Where it can be reached. */
  public List<URI> listening() {
    return http.listening();
  }

  public Engine engine() {
    return engine;
  }

  /** Stops taking requests, lets go of what runs, which goes on, and closes the store. */
  @Override
  public void close() {
    http.close();
    workers.stopAnswers();
    engine.close();
    workers.close();
    containers.close();
    runtimes.close();
    clients.close();
    meters.close();
    store.close();
  }
}
