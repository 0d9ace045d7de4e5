package org.millrace.server.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.attempt.AttemptTimes;
import org.millrace.engine.delivery.Deliveries.Patience;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.retention.RetentionRules;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.http.HttpConfig;
import org.millrace.http.Listener;
import org.millrace.http.signin.BasicUsers;
import org.millrace.runtimes.container.ContainerSettings;
import org.millrace.runtimes.container.EngineAddress;
import org.millrace.runtimes.local.LocalSettings;
import org.millrace.runtimes.local.ProcessRuntime;
import org.millrace.runtimes.local.SandboxRuntime;
import org.millrace.runtimes.local.SandboxSettings;
import org.millrace.runtimes.local.SandboxSettings.Network;
import org.millrace.runtimes.local.TaskUser;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.tes.ServiceInfo;
import org.millrace.tes.TesConfig;
import org.millrace.tes.TesLimits;
import org.millrace.transfer.DestinationConfig;
import org.millrace.transfer.LocalConfig;
import org.millrace.transfer.WebhookConfig;
import org.millrace.transfer.WebhookCourier;

/**
 * Everything an operator can say, checked.
 *
 * @param data the folder that holds all state
 * @param lines every setting with its value and origin, for people, secrets masked
 */
public record ServerConfig(
    Path data,
    HttpConfig http,
    Security security,
    LoggingConfig logging,
    SqliteConfig store,
    EngineConfig engine,
    Map<Lane, LaneRule> lanes,
    LocalRuntimes runtimes,
    Containers containers,
    Transfers transfers,
    Webhooks webhooks,
    TesConfig tes,
    Set<String> faces,
    boolean metricsOpen,
    List<String> lines) {

  /** The version of this server. */
  public static final String VERSION = "0.1.0";

  /** Not taken from its class, which is to be loaded only where there are containers. */
  private static final String CONTAINER = "container";

  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TENTH = Duration.ofMillis(100);
  private static final Duration HUNDREDTH = Duration.ofMillis(10);

  /** What a runtime of this host must be able to give. */
  private static final long LEAST_RAM = 16L << 20;

  /** What the TES standard says must be accepted. */
  private static final long LEAST_BODY = 128L << 10;

  private static final long MOST_BODY = 1L << 30;

  /**
   * Who may call.
   *
   * @param anonymous everybody, also from other machines
   * @param users bcrypt hashes by name
   */
  public record Security(boolean anonymous, Map<String, String> users) {}

  /** How messages are written. */
  public record LoggingConfig(
      String level, Map<String, String> levels, Format format, Optional<Path> folder) {
    /** One line for people, or one JSON object a line. */
    public enum Format {
      TEXT,
      JSON
    }
  }

  /**
   * The runtimes of this host.
   *
   * @param processAllowed whether tasks may run without isolation
   * @param slots tasks at once, in each of them
   * @param tailBytes of each stream kept in the record
   * @param workFolder where attempts and logs lie; {@code work} in the data folder if empty
   * @param diskFloor bytes that tasks leave free on its disk
   * @param logLimit bytes of each stream kept as a log
   * @param controlGroupParent the group below which theirs are made
   */
  public record LocalRuntimes(
      SandboxSettings sandbox,
      boolean processAllowed,
      int slots,
      TaskUser user,
      int cpuCores,
      long ramBytes,
      int mostProcesses,
      int tailBytes,
      Optional<Path> workFolder,
      long diskFloor,
      long logLimit,
      Optional<String> controlGroupParent) {

    /** The same, for one host and data folder. */
    public LocalSettings settings(String site, Path data) {
      return new LocalSettings(
          site,
          workFolder.orElse(data.resolve("work")),
          user,
          slots,
          cpuCores,
          ramBytes,
          mostProcesses,
          tailBytes,
          diskFloor,
          logLimit,
          controlGroupParent);
    }
  }

  /**
   * Tasks in containers.
   *
   * @param host where the engine listens
   * @param slots tasks at once
   * @param tailBytes of each stream kept in the record
   * @param logLimit of each stream kept as a log; the same for all runtimes
   */
  public record Containers(
      Use use,
      EngineAddress host,
      int slots,
      int cpuCores,
      long ramBytes,
      int mostProcesses,
      int tailBytes,
      long logLimit,
      String network,
      ContainerSettings.Pull pull,
      ContainerSettings.RunAs user,
      ContainerSettings.Sharing files) {

    /** Whether tasks run in containers. */
    public enum Use {
      /** If an engine answers when the server starts. */
      AUTO,
      /** Always: while no engine answers, tasks wait for one. */
      ALLOW,
      DENY
    }

    /** The same, for one site and work folder. */
    public ContainerSettings settings(String site, Path workFolder) {
      return new ContainerSettings(
          host,
          site,
          workFolder,
          slots,
          cpuCores,
          ramBytes,
          mostProcesses,
          tailBytes,
          logLimit,
          network,
          pull,
          user,
          files);
    }
  }

  /** How files are moved, and between whom. */
  public record Transfers(
      LocalConfig local,
      org.millrace.transfer.HttpConfig http,
      DestinationConfig destinations,
      int mostFilesPerFolder) {}

  /**
   * Who is told of ended tasks.
   *
   * @param urls with credentials: neither shown nor stored
   */
  public record Webhooks(List<String> urls, WebhookConfig courier) {

    /** What of a URL may be shown and stored: neither user nor password, path nor query. */
    public static String shown(String url) {
      return SettingsReader.withoutPath(url);
    }

    @Override
    public String toString() {
      return "Webhooks[urls=" + urls.stream().map(Webhooks::shown).toList() + "]";
    }
  }

  /** Reads and checks everything, and reports every problem at once. Touches nothing. */
  public static ServerConfig from(Sources sources) {
    var read = new SettingsReader(sources);
    ServerConfig config = read(read);
    read.refuseUnknownKeys();
    if (!read.problems().isEmpty()) {
      throw new BadConfiguration(read.problems());
    }
    return config;
  }

  /** Throws nothing: what cannot be used is a problem, and its usual value is read instead. */
  private static ServerConfig read(SettingsReader read) {
    Path data = read.path("data", Home.folder());
    String host = read.text("http.host", LOOPBACK);
    int port = read.integer("http.port", 8080, 0, 65_535);
    HttpConfig http = http(read, host, port);
    Security security = security(read);
    boolean onLoopback = checkHost(read, host, security);
    LoggingConfig logging = logging(read);
    long ballast = read.size("store.ballast", SqliteConfig.BALLAST, 0, SqliteConfig.MOST_BALLAST);
    SqliteConfig store =
        read.checked(() -> SqliteConfig.of(data).withBallast(ballast))
            .orElse(SqliteConfig.of(data));
    EngineConfig engine = engine(read);
    LocalRuntimes runtimes = runtimes(read);
    read.checked(() -> runtimes.settings("any", data)); // its own checks, reported with the others
    Containers containers = containers(read, runtimes.logLimit());
    return new ServerConfig(
        data,
        http,
        security,
        logging,
        store,
        engine,
        lanes(read, runtimes, containers),
        runtimes,
        containers,
        transfers(read, onLoopback),
        webhooks(read),
        tes(read),
        faces(read),
        read.truth("metrics.open", true),
        read.lines());
  }

  private static HttpConfig http(SettingsReader read, String host, int port) {
    HttpConfig usual = HttpConfig.on(new Listener("http.port", host, port, Set.of()));
    Set<String> origins = Set.copyOf(read.list("http.allowed-origins"));
    long bodies = read.size("http.body-memory", usual.bodyMemory(), 1 << 20, 1L << 50);
    int streams = read.integer("http.most-streams", usual.mostStreams(), 1, 100_000);
    int connections = read.integer("http.most-connections", usual.mostConnections(), 1, 1_000_000);
    Duration idle = read.duration("http.idle", usual.idle(), TENTH);
    Duration stopWithin = read.duration("http.stop-within", usual.stopWithin(), Duration.ZERO);
    return read.checked(() ->
            usual
                .withAllowedOrigins(origins)
                .withStreams(streams, usual.heartbeat())
                .withBodyMemory(bodies)
                .withConnections(connections, idle)
                .withStopWithin(stopWithin))
        .orElse(usual);
  }

  private static Security security(SettingsReader read) {
    Map<String, String> users = new LinkedHashMap<>();
    for (String user : read.rests("security.users")) {
      read.secret("security.users." + user).ifPresent(hash -> users.put(user, hash));
    }
    if (!users.isEmpty()) {
      read.checked("security.", () -> new BasicUsers(users, InstantSource.system()));
    }
    return new Security(read.truth("security.anonymous", false), users);
  }

  /** Whether others can reach it; if they can, somebody must sign in. */
  private static boolean checkHost(SettingsReader read, String host, Security security) {
    Optional<InetAddress> address = Home.address(host);
    boolean onLoopback = address.filter(InetAddress::isLoopbackAddress).isPresent();
    if (address.isEmpty()) {
      read.problem("http.host", "no address is known of '" + host + "'");
    } else if (!onLoopback && security.users().isEmpty() && !security.anonymous()) {
      read.problem(
          "http.host",
          "others can reach '"
              + host
              + "', and nobody signs in: add users below security.users, listen on "
              + LOOPBACK
              + ", or set security.anonymous to true");
    }
    return onLoopback;
  }

  private static LoggingConfig logging(SettingsReader read) {
    Map<String, String> levels = new LinkedHashMap<>();
    for (String name : read.rests("logging.levels")) {
      levels.put(name, level(read, "logging.levels." + name));
    }
    return new LoggingConfig(
        level(read, "logging.level"),
        levels,
        read.choice("logging.format", LoggingConfig.Format.class, LoggingConfig.Format.TEXT),
        read.optionalPath("logging.dir"));
  }

  private enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  private static String level(SettingsReader read, String key) {
    return read.choice(key, Level.class, Level.INFO).name();
  }

  private static EngineConfig engine(SettingsReader read) {
    EngineConfig usual = EngineConfig.DEFAULT;
    Duration heartbeat = read.duration("engine.heartbeat", usual.heartbeat(), SECOND);
    Duration renew = read.duration("engine.renew-every", usual.renewEvery(), TENTH);
    Duration poll = read.duration("engine.poll-every", usual.pollEvery(), HUNDREDTH);
    Duration sweep = read.duration("engine.sweep-every", usual.sweepEvery(), SECOND);
    boolean dispatch = read.truth("engine.dispatch", true);
    var times =
        new AttemptTimes(
            read.duration("engine.put-back", usual.attempts().putBack(), TENTH),
            read.duration("engine.look-every", usual.attempts().lookEvery(), TENTH),
            read.duration("engine.cancel-again", usual.attempts().cancelAgain(), HUNDREDTH));
    Patience patience = patience(read, usual.deliveries());
    RetentionRules keep = retention(read);
    return read.checked(() ->
            new EngineConfig(heartbeat, renew, poll, sweep, dispatch, true, times, patience, keep))
        .orElse(usual);
  }

  private static Patience patience(SettingsReader read, Patience usual) {
    int tries = read.integer("deliveries.tries", usual.tries(), 1, 1000);
    Duration first = read.duration("deliveries.first-retry", usual.first(), HUNDREDTH);
    Duration longest = read.duration("deliveries.longest-retry", usual.most(), HUNDREDTH);
    return read.checked(() -> new Patience(tries, first, longest)).orElse(usual);
  }

  private static RetentionRules retention(SettingsReader read) {
    Map<TaskState, Duration> tasks = ages(read, "retention.tasks.");
    Map<TaskState, Duration> logs = ages(read, "retention.logs.");
    long total = read.size("retention.logs-total", 0, 0, 1L << 60);
    return new RetentionRules(
        tasks,
        logs,
        total == 0 ? OptionalLong.empty() : OptionalLong.of(total),
        limit(read, "retention.deliveries"));
  }

  /** By final state, as {@code executor-error}; 0 is no age at all. */
  private static Map<TaskState, Duration> ages(SettingsReader read, String keys) {
    Map<TaskState, Duration> ages = new EnumMap<>(TaskState.class);
    for (TaskState state : TaskState.values()) {
      String key = keys + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (state.isFinal()) {
        limit(read, key).ifPresent(age -> ages.put(state, age));
      }
    }
    return ages;
  }

  /** Each runtime has the lane of its name, with as much room as it has slots. */
  private static Map<Lane, LaneRule> lanes(
      SettingsReader read, LocalRuntimes runtimes, Containers containers) {
    Map<String, Integer> usual =
        new TreeMap<>(
            Map.of(
                CONTAINER,
                containers.slots(),
                SandboxRuntime.NAME.text(),
                runtimes.slots(),
                ProcessRuntime.NAME.text(),
                runtimes.slots()));
    Map<Lane, LaneRule> lanes = new LinkedHashMap<>();
    for (String name : read.names("lanes")) {
      Integer slots = usual.get(name);
      if (slots == null) {
        String known = String.join(", ", usual.keySet());
        read.refuse("lanes." + name, "there is no such lane; there are " + known);
      } else {
        LaneRule rule = lane(read, name, slots);
        lanes.put(rule.lane(), rule);
      }
    }
    return lanes;
  }

  private static LaneRule lane(SettingsReader read, String name, int slots) {
    return new LaneRule(
        new Lane(name),
        read.integer("lanes." + name + ".limit", slots, 1, 1_000_000),
        Counts.THIS_SERVER,
        read.choice("lanes." + name + ".when-full", WhenFull.class, WhenFull.WAIT));
  }

  private static LocalRuntimes runtimes(SettingsReader read) {
    int processors = Runtime.getRuntime().availableProcessors();
    Network network = read.choice("sandbox.network", Network.class, Network.NONE);
    List<Path> programs = read.paths("sandbox.programs");
    TaskUser usual = TaskUser.NOBODY;
    return new LocalRuntimes(
        read.checked(() -> new SandboxSettings(network, programs)).orElse(SandboxSettings.DEFAULT),
        read.choice("runtimes.process", Allowed.class, Allowed.DENY) == Allowed.ALLOW,
        read.integer("sandbox.slots", 2 * processors, 1, 1024),
        new TaskUser(
            read.integer("sandbox.user", usual.uid(), 1, Integer.MAX_VALUE),
            read.integer("sandbox.group", usual.gid(), 1, Integer.MAX_VALUE)),
        read.integer("sandbox.cpu-cores", processors, 1, 4096),
        read.size("sandbox.ram", Home.memoryOfThisMachine(), LEAST_RAM, 1L << 50),
        read.integer("sandbox.most-processes", 4096, 16, 1_000_000),
        read.integer("sandbox.log-tail-bytes", 10_240, 0, 1 << 20),
        read.optionalText("runtimes.work-folder")
            .map(folder -> Path.of(folder).toAbsolutePath().normalize()),
        read.size("runtimes.disk-floor", 256L << 20, 0, 1L << 50),
        read.size("runtimes.log-limit", 1L << 30, 1 << 10, 1L << 50),
        read.optionalText("runtimes.control-group-parent"));
  }

  private static Containers containers(SettingsReader read, long logLimit) {
    int processors = Runtime.getRuntime().availableProcessors();
    EngineAddress usual = Home.containerEngine();
    String host = read.text("container.host", usual.text());
    var containers =
        new Containers(
            read.choice("runtimes.container", Containers.Use.class, Containers.Use.AUTO),
            read.checked(() -> new EngineAddress(host)).orElse(usual),
            read.integer("container.slots", 2 * processors, 1, 1024),
            read.integer("container.cpu-cores", processors, 1, 4096),
            read.size("container.ram", Home.memoryOfThisMachine(), LEAST_RAM, 1L << 50),
            read.integer("container.most-processes", 4096, 16, 1_000_000),
            read.integer("container.log-tail-bytes", 10_240, 0, 1 << 20),
            logLimit,
            read.text("container.network", "bridge"),
            read.choice(
                "container.pull", ContainerSettings.Pull.class, ContainerSettings.Pull.MISSING),
            read.choice(
                "container.user", ContainerSettings.RunAs.class, ContainerSettings.RunAs.AUTO),
            read.choice(
                "container.files",
                ContainerSettings.Sharing.class,
                ContainerSettings.Sharing.AUTO));
    read.checked(() -> containers.settings("checked", Path.of("/"))); // its own checks, now
    return containers;
  }

  private enum Allowed {
    ALLOW,
    DENY
  }

  private static Transfers transfers(SettingsReader read, boolean onLoopback) {
    var usual = org.millrace.transfer.HttpConfig.DEFAULT;
    Duration connect =
        read.duration("transfer.http.connect-timeout", usual.connectTimeout(), HUNDREDTH);
    Duration silence = read.duration("transfer.http.read-timeout", usual.readTimeout(), HUNDREDTH);
    int tries = read.integer("transfer.http.tries", usual.tries(), 1, 100);
    Duration firstRetry = read.duration("transfer.http.first-retry", usual.firstRetry(), HUNDREDTH);
    Duration longestRetry =
        read.duration("transfer.http.longest-retry", usual.longestRetry(), HUNDREDTH);
    Duration longestRetryAfter =
        read.duration(
            "transfer.http.longest-retry-after", usual.longestRetryAfter(), Duration.ZERO);
    long slowest = read.size("transfer.http.slowest", usual.slowest(), 0, 1L << 50);
    int redirects = read.integer("transfer.http.redirects", usual.redirects(), 0, 50);
    int connections =
        read.integer("transfer.http.connections", usual.connections(), 1, Integer.MAX_VALUE);
    int perHost =
        read.integer(
            "transfer.http.connections-per-host", usual.connectionsPerHost(), 1, Integer.MAX_VALUE);
    List<String> putHosts = read.list("transfer.http.put-hosts");
    List<Path> readRoots = read.paths("transfer.local.read-roots");
    List<Path> writeRoots = read.paths("transfer.local.write-roots");
    List<String> allow = read.list("transfer.destinations.allow");
    List<String> deny = read.list("transfer.destinations.deny");
    return new Transfers(
        read.checked(() -> new LocalConfig(readRoots, writeRoots)).orElse(LocalConfig.DEFAULT),
        read.checked(() ->
                usual
                    .withTimeouts(connect, silence)
                    .withTries(tries)
                    .withRetries(firstRetry, longestRetry, longestRetryAfter)
                    .withSlowest(slowest)
                    .withRedirects(redirects)
                    .withConnections(connections, perHost)
                    .withPutHosts(Set.copyOf(putHosts)))
            .orElse(usual),
        read.checked(() -> new DestinationConfig(onLoopback, allow, deny))
            .orElse(DestinationConfig.DEFAULT),
        read.integer("transfer.most-files", 100_000, 1, 10_000_000));
  }

  private static Webhooks webhooks(SettingsReader read) {
    List<String> urls = read.secretUrls("webhooks.urls");
    var seen = new HashSet<String>();
    for (String url : urls) {
      Optional<String> wrong =
          WebhookCourier.problemOf(url)
              .or(() ->
                  seen.add(UrlSecrets.masked(url))
                      ? Optional.empty()
                      : Optional.of("is there twice"));
      wrong.ifPresent(what ->
          read.problem("webhooks.urls", "'" + SettingsReader.withoutPath(url) + "' " + what));
    }
    return new Webhooks(
        urls,
        read.checked(() -> new WebhookConfig(read.secret("webhooks.secret")))
            .orElse(WebhookConfig.DEFAULT));
  }

  private static TesConfig tes(SettingsReader read) {
    TesConfig usual = TesConfig.standard(VERSION);
    TesLimits limits = TesLimits.DEFAULT;
    ServiceInfo info = usual.serviceInfo();
    RetryPolicy retry = retry(read);
    TimeLimits times =
        new TimeLimits(
            limit(read, "tes.queue-limit"),
            limit(read, "tes.run-limit"),
            limit(read, "tes.total-limit"));
    return new TesConfig(
        read.checked(() -> serviceInfo(read, info)).orElse(info),
        read.checked(() -> limits(read, limits)).orElse(limits),
        read.truth("tes.show-all-states", false),
        retry,
        times);
  }

  private static ServiceInfo serviceInfo(SettingsReader read, ServiceInfo usual) {
    String key = "tes.service-info.";
    return new ServiceInfo(
        read.text(key + "id", usual.id()),
        read.text(key + "name", usual.name()),
        read.text(key + "type-version", usual.typeVersion()),
        read.optionalText(key + "description").or(usual::description),
        read.text(key + "organization-name", usual.organizationName()),
        read.text(key + "organization-url", usual.organizationUrl()),
        read.optionalText(key + "contact-url").or(usual::contactUrl),
        read.optionalText(key + "documentation-url").or(usual::documentationUrl),
        read.optionalText(key + "created-at").or(usual::createdAt),
        read.optionalText(key + "updated-at").or(usual::updatedAt),
        read.optionalText(key + "environment").or(usual::environment),
        read.text(key + "version", usual.version()),
        read.list(key + "storage"));
  }

  private static TesLimits limits(SettingsReader read, TesLimits usual) {
    String key = "tes.limits.";
    return new TesLimits(
        read.size(key + "body-bytes", usual.bodyBytes(), LEAST_BODY, MOST_BODY),
        (int) read.size(key + "content-bytes", usual.contentBytes(), LEAST_BODY, MOST_BODY),
        read.integer(key + "executors", usual.executors(), 1, Integer.MAX_VALUE),
        read.integer(key + "inputs", usual.inputs(), 0, Integer.MAX_VALUE),
        read.integer(key + "outputs", usual.outputs(), 0, Integer.MAX_VALUE),
        read.integer(key + "volumes", usual.volumes(), 0, Integer.MAX_VALUE),
        read.integer(key + "tags", usual.tags(), 0, Integer.MAX_VALUE),
        read.integer(key + "tag-key-characters", usual.tagKeyCharacters(), 1, Integer.MAX_VALUE),
        read.integer(
            key + "tag-value-characters", usual.tagValueCharacters(), 0, Integer.MAX_VALUE),
        read.integer(key + "name-characters", usual.nameCharacters(), 0, Integer.MAX_VALUE));
  }

  private static RetryPolicy retry(SettingsReader read) {
    RetryPolicy usual = RetryPolicy.DEFAULT;
    int attempts = read.integer("tes.retry.attempts", usual.attempts(), 1, 1000);
    Duration first = read.duration("tes.retry.first", usual.first(), Duration.ZERO);
    Duration most = read.duration("tes.retry.most", usual.most(), Duration.ZERO);
    boolean afterStart = read.truth("tes.retry.after-start", usual.afterStart());
    return read.checked("tes.", () -> new RetryPolicy(attempts, first, most, afterStart))
        .orElse(usual);
  }

  private static Optional<Duration> limit(SettingsReader read, String key) {
    Duration none = Duration.ZERO;
    return Optional.of(read.duration(key, none, none)).filter(limit -> !limit.isZero());
  }

  private static Set<String> faces(SettingsReader read) {
    List<String> enabled = new ArrayList<>();
    for (String face : List.of("tes", "api")) {
      if (read.truth("faces." + face + ".enabled", true)) {
        enabled.add(face);
      }
    }
    return Set.copyOf(enabled);
  }
}
