package org.millrace.checks.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.testkit.broker.RabbitNode;

/** A server in the place of DANE-server, its Elasticsearch and, embedded, its broker. */
final class DaneSite implements AutoCloseable {

  /** Where workers and server meet. */
  enum Broker {
    EMBEDDED,
    RABBITMQ
  }

  private final int http = RabbitNode.freePort();
  private final int search = RabbitNode.freePort();
  private final DaneCalls calls = new DaneCalls(http);
  private final DataFolder data = DataFolder.create();
  private final int broker;
  private final String[] settings;
  private final List<DaneWorkers> workers = new ArrayList<>();
  private Optional<RabbitNode> own = Optional.empty();
  private Optional<PackagedServer> server = Optional.empty();

  private DaneSite(int broker, String[] more, String... ofBroker) throws IOException {
    this.broker = broker;
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of(ofBroker));
    all.add("broker.port=" + broker);
    all.add("faces.dane.listen=127.0.0.1:" + http);
    all.add("faces.elasticsearch.listen=127.0.0.1:" + search);
    this.settings = all.toArray(String[]::new);
  }

  static DaneSite embedded(String... settings) throws IOException {
    return new DaneSite(RabbitNode.freePort(), settings, "broker.kind=embedded");
  }

  /** The node stays the caller's. */
  static DaneSite on(RabbitNode rabbit, String... settings) throws IOException {
    return new DaneSite(
        rabbit.port(),
        settings,
        "broker.kind=rabbitmq",
        "broker.management=http://127.0.0.1:" + rabbit.managementPort());
  }

  /**
   * One whose broker ends with it.
   *
   * @param folder for a node of RabbitMQ
   */
  static DaneSite with(Broker kind, Path folder, String... settings) throws Exception {
    return switch (kind) {
      case EMBEDDED -> embedded(settings);
      case RABBITMQ -> {
        RabbitNode node = RabbitNode.start(folder, true);
        DaneSite site = on(node, settings);
        site.own = Optional.of(node);
        yield site;
      }
    };
  }

  DanePrograms programs(Path folder) throws IOException, InterruptedException {
    return DanePrograms.in(folder, broker, search);
  }

  /** Workers of the SDK, none yet; they end before the server does, if not earlier. */
  DaneWorkers workers() {
    var more = new DaneWorkers(broker, search);
    workers.add(more);
    return more;
  }

  /** Until each has its queue: a key that no queue is bound to is told to be unroutable. */
  void awaitTakers(DaneWorkers these) throws InterruptedException {
    PackagedServer.await(
        Duration.ofMinutes(2),
        () -> {
          List<String> taken = new ArrayList<>();
          for (JsonNode queue : calls.queues()) {
            if (queue.path("active_workers").asInt() > 0) {
              taken.add(queue.path("name").asText());
            }
          }
          return taken.containsAll(these.queues());
        });
  }

  /** The server, where it was before; returns when it answers, which its broker may not yet. */
  PackagedServer start() throws IOException {
    PackagedServer started = PackagedServer.start(data.path(), settings);
    server = Optional.of(started);
    return started;
  }

  /** The one that was started last. */
  PackagedServer server() {
    return server.orElseThrow();
  }

  /** The server, and its broker with it if that is embedded. */
  void kill() {
    server().kill();
  }

  void awaitBroker() throws InterruptedException {
    PackagedServer.await(Duration.ofMinutes(2), calls::isReady);
  }

  DaneCalls calls() {
    return calls;
  }

  /** Where clients ask. */
  String api() {
    return "http://127.0.0.1:" + http + "/DANE";
  }

  /** A result as it is stored, be it found by a search or not. */
  record Kept(String id, int attempt, boolean overtaken) {}

  /** What the server keeps of the results of a task, the first that was saved first. */
  List<Kept> kept(String task) throws SQLException {
    try (Connection store =
            DriverManager.getConnection(
                "jdbc:sqlite:file:" + data.path().resolve("millrace.db") + "?mode=ro");
        PreparedStatement results =
            store.prepareStatement(
                """
                SELECT result.id, attempt, overtaken
                  FROM result JOIN document_task USING (task)
                 WHERE document_task.id = ? ORDER BY result.seq
                """)) {
      results.setString(1, task);
      ResultSet rows = results.executeQuery();
      List<Kept> kept = new ArrayList<>();
      while (rows.next()) {
        kept.add(new Kept(rows.getString(1), rows.getInt(2), rows.getBoolean(3)));
      }
      return kept;
    }
  }

  @Override
  public void close() throws IOException {
    try (var _ = calls) {
      workers.forEach(DaneWorkers::close);
    } finally {
      server.ifPresent(PackagedServer::close);
      own.ifPresent(RabbitNode::close);
      data.close();
    }
  }
}
