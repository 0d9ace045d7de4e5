package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskId;
import org.millrace.http.CannotListen;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;

/** The server as it is wired: what an operator can rely on before the first task. */
class MillraceServerTest {
  /** Of the password "rosebud", at the least cost. */
  private static final String HASH = "$2y$04$KmEIuH3aJjFdcB8V/UPzCu4Dw.8ktKzgYYc87P0ai.fIRCpDYZHE.";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private TemporaryFolder temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    temporary = TemporaryFolder.create("millrace-test");
    folder = temporary.path();
  }

  @AfterEach
  void removeFolder() throws IOException {
    temporary.close();
  }

  @Test
  void it_is_alive_ready_and_counts() throws Exception {
    try (MillraceServer server = start()) {
      URI at = server.listening().getFirst();
      assertThat(at.getHost()).isEqualTo("127.0.0.1");
      assertThat(get(at, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(at, "/readyz").body())
          .contains("\"store\":{\"ready\":true}", "\"heartbeat\":{\"ready\":true}");
      assertThat(get(at, "/metrics").body())
          .contains("millrace_tasks_unfinished{state=\"queued\"} 0")
          .contains("millrace_deliveries_given_up 0")
          .contains("millrace_dead_letters 0")
          .contains("millrace_store_commits_total ")
          .contains("millrace_store_waiting ");
      assertThat(get(at, "/").statusCode()).isEqualTo(307);
    }
  }

  @Test
  void a_second_server_on_the_same_folder_is_refused_and_the_folder_is_named() throws Exception {
    try (MillraceServer _ = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(folder.toString());
    }
    start().close();
  }

  @Test
  void a_port_that_is_taken_stops_the_start_and_is_named() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      try (MillraceServer server = open("http.port=" + port)) {
        assertThatThrownBy(server::start)
            .isInstanceOf(CannotListen.class)
            .hasMessageContaining("http.port")
            .hasMessageContaining(port);
      }
    }
  }

  /** A broker that is stopped while it starts writes stack traces, before the line that helps. */
  @Test
  void nothing_begins_where_a_port_is_taken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      try (MillraceServer server =
          open("faces.dane.listen=" + port, "broker.kind=embedded", "broker.port=0")) {
        assertThatThrownBy(server::start).isInstanceOf(CannotListen.class);
      }
    }
    assertThat(folder.resolve("broker")).doesNotExist();
  }

  @Test
  void a_port_of_the_broker_that_is_taken_stops_the_start_before_anybody_is_answered()
      throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        MillraceServer server =
            open("broker.kind=embedded", "broker.port=" + taken.getLocalPort())) {
      assertThatThrownBy(server::start)
          .isInstanceOf(org.millrace.broker.CannotListen.class)
          .hasMessageContaining("broker.port");
      assertThat(server.listening()).isEmpty();
    }
  }

  @Test
  void its_broker_is_told_where_workers_connect() throws Exception {
    try (MillraceServer server = open("broker.kind=embedded", "broker.port=0")) {
      server.start();
      server.awaitWorkers();
      URI broker = server.brokerListening().orElseThrow();
      assertThat(broker).hasScheme("amqp").hasHost("127.0.0.1");
      new Socket(InetAddress.getLoopbackAddress(), broker.getPort()).close();
    }
  }

  @Test
  void another_address_without_sign_in_is_refused_and_what_to_do_is_said() {
    assertThatThrownBy(() -> open("http.host=0.0.0.0")).hasMessageContaining("security");
  }

  @Test
  void danes_face_alone_is_open_to_its_networks_and_to_nobody_else() throws Exception {
    try (MillraceServer server = openToOthers("127.0.0.1")) {
      assertThat(get(dane(server), "/DANE/task/").statusCode()).isEqualTo(200);
    }
    try (MillraceServer server = openToOthers("10.254.254.254")) {
      HttpResponse<String> refused = get(dane(server), "/DANE/task/");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("not open to 127.0.0.1");
      assertThat(get(dane(server), "/v1/tasks").statusCode()).as("is elsewhere").isEqualTo(404);
      assertThat(get(dane(server), "/metrics").statusCode()).as("from here").isEqualTo(200);
    }
  }

  @Test
  void what_others_reach_tells_them_that_it_lives_and_no_figures() throws Exception {
    Optional<InetAddress> ours = addressOnTheNetwork();
    assumeThat(ours).as("an address besides the loopback one").isPresent();
    try (MillraceServer server = openToOthers("127.0.0.1")) {
      URI at =
          new URI(
              "http",
              null,
              ours.orElseThrow().getHostAddress(),
              dane(server).getPort(),
              null,
              null,
              null);
      assertThat(get(at, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(at, "/metrics").statusCode()).isEqualTo(403);
    }
  }

  private static Optional<InetAddress> addressOnTheNetwork() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .findFirst();
  }

  private MillraceServer openToOthers(String network) throws Exception {
    MillraceServer server =
        open("faces.dane.listen=0.0.0.0:0", "dane.open-to=" + network, "metrics.open=false");
    server.start();
    return server;
  }

  private static URI dane(MillraceServer server) {
    return URI.create("http://127.0.0.1:" + server.listening().getLast().getPort());
  }

  @Test
  void users_sign_in_and_see_only_what_is_theirs() throws Exception {
    try (MillraceServer server = open("security.users.ada=" + HASH, "security.users.bob=" + HASH)) {
      server.start();
      URI at = server.listening().getFirst();
      assertThat(get(at, "/v1/tasks").statusCode()).isEqualTo(401);
      assertThat(get(at, "/v1/service-info").statusCode()).isEqualTo(200);
      String id = submit(at, "ada");
      assertThat(getAs(at, "/v1/tasks/" + id, "ada").statusCode()).isEqualTo(200);
      assertThat(getAs(at, "/v1/tasks/" + id, "bob").statusCode()).isEqualTo(404);
      assertThat(getAs(at, "/api/v1/tasks/" + id, "bob").statusCode()).isEqualTo(404);
      assertThat(getAs(at, "/v1/tasks", "bob").body()).isEqualTo("{\"tasks\":[]}");
      server.engine().submitAndWait().await(new TaskId(id), Caller.of("ada"), PATIENCE);
    }
  }

  @Test
  void nobody_else_on_this_machine_reads_its_state() throws IOException {
    try (MillraceServer _ = start()) {
      for (String secret :
          List.of("secret.key", "millrace.db", "millrace.db-wal", "millrace.db-shm", "ballast")) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(folder.resolve(secret))))
            .as(secret)
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void a_runtime_that_is_off_says_so_and_what_would_change_it() throws Exception {
    try (MillraceServer server =
        open("runtimes.container=auto", "container.host=unix://" + folder.resolve("none.sock"))) {
      server.start();
      URI at = server.listening().getFirst();
      String id = idIn(post(at, "'resources':{'backend_parameters':{'runtime':'container'}}"));
      server.engine().submitAndWait().await(new TaskId(id), Caller.ANONYMOUS, PATIENCE);

      assertThat(get(at, "/api/v1/tasks/" + id + "/explain").body())
          .contains("runtime 'container' is off here: runtimes.container is auto, and no container")
          .contains("none.sock")
          .contains("the task asks for what this server does not offer")
          .doesNotContain("ContainerWork");
      assertThat(get(at, "/api/v1/runtimes").body()).contains("\"container\"", "is off here");
      assertThat(MillraceServer.runtimesLine(server.engine().runtimes().offers()))
          .startsWith("runtimes: ")
          .contains("; not container: runtime 'container' is off here: runtimes.container is auto")
          .contains("runtimes.process");
    }
  }

  /** In the order in which a machine may start them: the server first, its engine after it. */
  @Test
  void what_waits_for_its_image_runs_in_nothing_else_when_a_server_starts_before_its_engine()
      throws Exception {
    String away = "container.host=unix://" + folder.resolve("none.sock");
    String id;
    try (MillraceServer server = open("runtimes.container=allow", away)) {
      server.start();
      id = idIn(post(server.listening().getFirst(), "'name':'waits'"));
    }
    try (MillraceServer server = open("runtimes.container=auto", "runtimes.process=allow", away)) {
      server.start();
      URI at = server.listening().getFirst();
      await(() -> explained(at, List.of(id)).contains("container-engine-away"));

      assertThat(get(at, "/v1/tasks/" + id).body()).contains("QUEUED");
      server.engine().cancelTask().cancel(new TaskId(id), Caller.ANONYMOUS);
    }
    try (MillraceServer server = open("runtimes.container=auto", away)) {
      assertThat(MillraceServer.runtimesLine(server.engine().runtimes().offers()))
          .as("nothing waits for it any more")
          .contains("; not container: runtime 'container' is off here");
    }
  }

  @Test
  void a_task_that_waits_for_a_slot_says_so() throws Exception {
    try (MillraceServer server =
        open("runtimes.process=allow", "sandbox.slots=1", "lanes.process.limit=2")) {
      server.start();
      URI at = server.listening().getFirst();
      String process = "'resources':{'backend_parameters':{'runtime':'process'}}";
      var ids = new ArrayList<String>();
      for (int i = 0; i < 2; i++) {
        String body = "{'executors':[{'image':'none','command':['sleep','60']}]," + process + "}";
        ids.add(idIn(posted(at, body)));
      }

      await(() -> explained(at, ids).contains("raise sandbox.slots"));
      assertThat(explained(at, ids)).contains("it is being prepared and waits");
      for (String id : ids.reversed()) { // the one that waits first, else it would start
        server.engine().cancelTask().cancel(new TaskId(id), Caller.ANONYMOUS);
        server.engine().submitAndWait().await(new TaskId(id), Caller.ANONYMOUS, PATIENCE);
      }
    }
  }

  private static String explained(URI at, List<String> ids) {
    return ids.stream()
        .map(id -> {
          try {
            return get(at, "/api/v1/tasks/" + id + "/explain").body();
          } catch (Exception failed) {
            throw new AssertionError(failed);
          }
        })
        .collect(Collectors.joining());
  }

  private static void await(BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
    }
  }

  @Test
  void a_face_that_is_off_is_not_there() throws Exception {
    try (MillraceServer server =
        open("faces.tes.enabled=false", "faces.api.enabled=false", "metrics.open=false")) {
      server.start();
      URI at = server.listening().getFirst();
      assertThat(get(at, "/v1/tasks").statusCode()).isEqualTo(404);
      assertThat(get(at, "/api/v1/tasks").statusCode()).isEqualTo(404);
      assertThat(get(at, "/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_caller_gets_nothing_out_of_the_servers_own_folder_whatever_may_be_read() throws Exception {
    String above = String.valueOf(folder.getParent());
    try (MillraceServer server =
        open("transfer.local.read-roots=" + above, "transfer.local.write-roots=" + above)) {
      server.start();
      URI at = server.listening().getFirst();
      String key = folder.toRealPath().resolve("secret.key").toString();
      String fetching = "'inputs':[{'path':'/key','url':'" + key + "'}]";
      String replacing = "'outputs':[{'path':'/key','url':'" + key + "'}]";

      for (String touching : List.of(fetching, replacing)) {
        HttpResponse<String> answer = post(at, touching);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("belongs to the server itself");
      }
    }
  }

  @Test
  void a_data_folder_that_sandboxes_show_is_refused_and_named() {
    String above = String.valueOf(folder.getParent());

    assertThatThrownBy(() -> open("sandbox.programs=" + above))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("data: ")
        .hasMessageContaining("sandbox.programs");
  }

  private static HttpResponse<String> post(URI server, String more) throws Exception {
    return posted(server, "{'executors':[{'image':'none','command':['true']}]," + more + "}");
  }

  private static String idIn(HttpResponse<String> answer) {
    return answer.body().replaceAll("(?s).*\"id\":\\s*\"([^\"]+)\".*", "$1");
  }

  private static HttpResponse<String> posted(URI server, String task) throws Exception {
    return send(
        HttpRequest.newBuilder(server.resolve("/v1/tasks"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(task.replace('\'', '"')))
            .build());
  }

  private MillraceServer start() throws IOException {
    MillraceServer server = open();
    try {
      server.start();
      return server;
    } catch (RuntimeException failure) {
      server.close();
      throw failure;
    }
  }

  private MillraceServer open(String... settings) throws IOException {
    return MillraceServer.open(
        ServerConfig.from(
            new Sources()
                .flag("data", folder.toString(), "test")
                .flag("runtimes.container", "deny", "test")
                .flag("http.port", "0", "test")
                .assignments(List.of(settings))));
  }

  private static HttpResponse<String> get(URI server, String path) throws Exception {
    return send(HttpRequest.newBuilder(server.resolve(path)).build());
  }

  private static HttpResponse<String> getAs(URI server, String path, String user) throws Exception {
    return send(
        HttpRequest.newBuilder(server.resolve(path)).header("Authorization", basic(user)).build());
  }

  private static String submit(URI server, String user) throws Exception {
    String task = "{\"executors\":[{\"image\":\"none\",\"command\":[\"true\"]}]}";
    String answer =
        send(HttpRequest.newBuilder(server.resolve("/v1/tasks"))
                .header("Authorization", basic(user))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(task))
                .build())
            .body();
    return answer.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
  }

  private static String basic(String user) {
    return "Basic "
        + Base64.getEncoder().encodeToString((user + ":rosebud").getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }
}
