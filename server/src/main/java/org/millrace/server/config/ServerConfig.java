package org.millrace.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.domain.task.Lane;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.http.HttpConfig;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.tes.TesConfig;

/**
 * Everything an operator can say, checked.
 *
 * @param data the folder that holds all state
 * @param onLoopback whether nobody else can reach any listener
 * @param remarks what can be used, and is perhaps not what was meant; for people
 * @param lines every setting with its value and origin, for people, secrets masked
 */
public record ServerConfig(
    Path data,
    HttpConfig http,
    SecuritySection security,
    LoggingSection logging,
    SqliteConfig store,
    EngineConfig engine,
    Map<Lane, LaneRule> lanes,
    HostSection runtimes,
    ContainerSection containers,
    RuntimeSection steps,
    RuntimeSection inProcess,
    TransferSection transfers,
    WebhookSection webhooks,
    TesConfig tes,
    DaneSection dane,
    BrokerSection broker,
    Set<String> faces,
    boolean onLoopback,
    boolean metricsOpen,
    List<String> remarks,
    List<String> lines) {

  /** The version of this server. */
  public static final String VERSION = "0.1.0";

  /** Where nobody else reaches this machine. */
  public static final String LOOPBACK = "127.0.0.1";

  /** What a runtime of this host must be able to give. */
  static final long LEAST_RAM = 16L << 20;

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
    FacesSection faces = FacesSection.read(read, host, port);
    HttpConfig http = HttpSection.read(read, faces.listeners());
    SecuritySection security = SecuritySection.read(read);
    DaneSection dane = DaneSection.read(read, faces, !security.users().isEmpty());
    boolean onLoopback = security.checkHosts(read, faces.listeners(), dane.guarded());
    BrokerSection broker =
        BrokerSection.read(read, data, dane.exchanges(), dane.config().responseQueue());
    LoggingSection logging = LoggingSection.read(read);
    long ballast = read.size("store.ballast", SqliteConfig.BALLAST, 0, SqliteConfig.MOST_BALLAST);
    SqliteConfig store =
        read.checked(() -> SqliteConfig.of(data).withBallast(ballast))
            .orElse(SqliteConfig.of(data));
    EngineConfig engine = EngineSection.read(read);
    HostSection runtimes = HostSection.read(read);
    read.checked(() -> runtimes.settings("any", data)); // its own checks, reported with the others
    ContainerSection containers = ContainerSection.read(read, runtimes.logLimit());
    RuntimeSection steps = RuntimeSection.read(read, "steps", 1000);
    int processors = Runtime.getRuntime().availableProcessors();
    RuntimeSection inProcess = RuntimeSection.read(read, "in-process", 4 * processors);
    return new ServerConfig(
        data,
        http,
        security,
        logging,
        store,
        engine,
        LaneSection.read(read, runtimes, containers, steps, inProcess),
        runtimes,
        containers,
        steps,
        inProcess,
        TransferSection.read(read, onLoopback),
        WebhookSection.read(read),
        TesSection.read(read),
        dane,
        broker,
        faces.names(),
        onLoopback,
        read.truth("metrics.open", true),
        List.copyOf(read.remarks()),
        read.lines());
  }
}
