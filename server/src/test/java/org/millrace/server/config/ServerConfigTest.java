package org.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.Lane;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.runtimes.local.LocalSettings;
import org.millrace.runtimes.local.SandboxSettings.Network;
import org.millrace.transfer.HttpConfig;

class ServerConfigTest {
  @TempDir private Path folder;

  @Test
  void every_setting_and_its_default() {
    List<String> lines =
        ServerConfig.from(new Sources().flag("data", "/data", "test")).lines().stream()
            .filter(line -> !line.startsWith("sandbox.ram:"))
            .filter(line -> !line.startsWith("sandbox.cpu-cores:"))
            .filter(line -> !line.startsWith("sandbox.slots:"))
            .map(line -> line.replace("  # default", ""))
            .toList();
    assertThat(lines).containsExactlyInAnyOrderElementsOf(DEFAULTS);
  }

  @Test
  void what_messages_name_can_be_set() {
    ServerConfig config =
        ServerConfig.from(
            new Sources()
                .flag("data", "/data", "test")
                .assignments(
                    List.of(
                        "runtimes.work-folder=/fast/work",
                        "runtimes.disk-floor=1GiB",
                        "runtimes.log-limit=2MiB",
                        "runtimes.control-group-parent=system.slice/millrace",
                        "transfer.http.first-retry=1s",
                        "transfer.http.longest-retry=2s",
                        "transfer.http.longest-retry-after=3s",
                        "transfer.http.slowest=5",
                        "transfer.http.redirects=6",
                        "transfer.http.connections=7",
                        "transfer.http.connections-per-host=4")));

    LocalSettings local = config.runtimes().settings("here", config.data());
    assertThat(local.workFolder()).isEqualTo(Path.of("/fast/work"));
    assertThat(local.diskFloor()).isEqualTo(1L << 30);
    assertThat(local.logLimit()).isEqualTo(2L << 20);
    assertThat(local.controlGroupParent()).contains("system.slice/millrace");
    assertThat(config.transfers().http())
        .isEqualTo(
            HttpConfig.DEFAULT
                .withRetries(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3))
                .withSlowest(5)
                .withRedirects(6)
                .withConnections(7, 4));
  }

  @Test
  void what_cannot_work_on_this_host_is_said_with_all_other_problems() {
    assertThat(
            problems(
                new Sources()
                    .flag("data", "/data", "test")
                    .assignments(
                        List.of(
                            "runtimes.log-limit=1", "transfer.http.connections-per-host=1000"))))
        .anyMatch(
            problem -> problem.contains("runtimes.log-limit: at least sandbox.log-tail-bytes"))
        .anyMatch(problem -> problem.contains("transfer.http.connections-per-host"))
        .hasSize(2);
  }

  private static final List<String> DEFAULTS =
      List.of(
          "data: /data  # test",
          "http.host: 127.0.0.1",
          "http.port: 8080",
          "http.allowed-origins: []",
          "http.most-streams: 1000",
          "http.most-connections: 10000",
          "http.idle: 30s",
          "http.stop-within: 5s",
          "security.anonymous: false",
          "logging.level: info",
          "logging.format: text",
          "logging.dir: ",
          "engine.heartbeat: 15s",
          "engine.renew-every: 5s",
          "engine.poll-every: 500ms",
          "engine.sweep-every: 300s",
          "engine.dispatch: true",
          "engine.put-back: 5s",
          "engine.look-every: 30s",
          "engine.cancel-again: 1s",
          "deliveries.tries: 20",
          "deliveries.first-retry: 1s",
          "deliveries.longest-retry: 3600s",
          "sandbox.network: none",
          "sandbox.programs: []",
          "runtimes.process: deny",
          "sandbox.user: 65534",
          "sandbox.group: 65534",
          "sandbox.most-processes: 4096",
          "sandbox.log-tail-bytes: 10240",
          "runtimes.work-folder: ",
          "runtimes.disk-floor: 268435456",
          "runtimes.log-limit: 1073741824",
          "runtimes.control-group-parent: ",
          "transfer.http.first-retry: 500ms",
          "transfer.http.longest-retry: 30s",
          "transfer.http.longest-retry-after: 120s",
          "transfer.http.slowest: 16",
          "transfer.http.redirects: 10",
          "transfer.http.connections: 256",
          "transfer.http.connections-per-host: 32",
          "transfer.http.connect-timeout: 10s",
          "transfer.http.read-timeout: 60s",
          "transfer.http.tries: 5",
          "transfer.http.put-hosts: []",
          "transfer.local.read-roots: []",
          "transfer.local.write-roots: []",
          "transfer.destinations.allow: []",
          "transfer.destinations.deny: []",
          "transfer.most-files: 100000",
          "webhooks.urls: []",
          "webhooks.secret: ",
          "tes.retry.attempts: 3",
          "tes.retry.first: 2s",
          "tes.retry.most: 300s",
          "tes.retry.after-start: false",
          "tes.queue-limit: 0s",
          "tes.run-limit: 0s",
          "tes.total-limit: 0s",
          "tes.service-info.id: org.millrace.tes",
          "tes.service-info.name: Millrace",
          "tes.service-info.type-version: 1.1.0",
          "tes.service-info.description: ",
          "tes.service-info.organization-name: Unnamed",
          "tes.service-info.organization-url: https://organization.example",
          "tes.service-info.contact-url: ",
          "tes.service-info.documentation-url: ",
          "tes.service-info.created-at: ",
          "tes.service-info.updated-at: ",
          "tes.service-info.environment: ",
          "tes.service-info.version: 0.1.0",
          "tes.service-info.storage: []",
          "tes.limits.body-bytes: 67108864",
          "tes.limits.content-bytes: 16777216",
          "tes.limits.executors: 1000",
          "tes.limits.inputs: 10000",
          "tes.limits.outputs: 10000",
          "tes.limits.volumes: 1000",
          "tes.limits.tags: 1000",
          "tes.limits.tag-key-characters: 255",
          "tes.limits.tag-value-characters: 4096",
          "tes.limits.name-characters: 4096",
          "tes.show-all-states: false",
          "faces.tes.enabled: true",
          "faces.api.enabled: true",
          "metrics.open: true");

  @Test
  void what_is_said_later_wins() throws IOException {
    Path file = yaml("http: {port: 1}\nprofiles: {site: {http: {port: 2}}}\n");
    assertThat(port(new Sources().file(file, Optional.empty()))).isEqualTo(1);
    assertThat(port(new Sources().file(file, Optional.of("site")))).isEqualTo(2);
    var sources = new Sources().file(file, Optional.of("site"));
    assertThat(port(sources.environment(Map.of("MILLRACE_HTTP__PORT", "3")))).isEqualTo(3);
    assertThat(port(sources.assignments(List.of("http.port=4")))).isEqualTo(4);
    assertThat(port(sources.flag("http.port", "5", "--port"))).isEqualTo(5);
  }

  private static int port(Sources sources) {
    return ServerConfig.from(sources).http().listeners().getFirst().port();
  }

  @Test
  void values_of_every_form_are_read() throws IOException {
    ServerConfig config =
        ServerConfig.from(
            new Sources()
                .file(
                    yaml(
                        """
                        engine: {poll-every: 50ms, heartbeat: 1m}
                        sandbox: {ram: 1.5 GiB, network: HOST}
                        transfer: {local: {read-roots: [/a, /b/../c]}}
                        tes: {limits: {body-bytes: 1M}, run-limit: 2h}
                        lanes: {sandbox: {limit: 7, when-full: refuse}}
                        logging: {level: warn, levels: {org.millrace.engine: debug}}
                        """),
                    Optional.empty()));
    assertThat(config.engine().pollEvery()).isEqualTo(Duration.ofMillis(50));
    assertThat(config.engine().heartbeat()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.runtimes().ramBytes()).isEqualTo(3L << 29);
    assertThat(config.runtimes().sandbox().network()).isEqualTo(Network.HOST);
    assertThat(config.transfers().local().readRoots())
        .containsExactly(Path.of("/a"), Path.of("/c"));
    assertThat(config.tes().limits().bodyBytes()).isEqualTo(1 << 20);
    assertThat(config.tes().timeLimits().run()).contains(Duration.ofHours(2));
    Lane sandbox = new Lane("sandbox");
    assertThat(config.lanes())
        .containsEntry(sandbox, new LaneRule(sandbox, 7, Counts.THIS_SERVER, WhenFull.REFUSE));
    assertThat(config.logging().levels()).containsEntry("org.millrace.engine", "DEBUG");
  }

  @Test
  void all_problems_are_reported_at_once_each_with_key_value_and_origin() throws IOException {
    Path file = yaml("http: {prot: 80, port: high}\nengine: {heartbeat: 2s}\n");
    assertThat(
            problems(
                new Sources()
                    .file(file, Optional.empty())
                    .assignments(List.of("sandbox.ram=lots", "nonsense", "logging.level=loud"))))
        .containsExactlyInAnyOrder(
            "--set nonsense: expected key=value",
            "http.port: must be a whole number, not 'high' (from " + file + ")",
            "http.prot: no such setting (from " + file + "); did you mean http.port?",
            "engine.renew-every: at most half of engine.heartbeat",
            "sandbox.ram: must be a size like 65536, 64 MiB or 2 GiB, not 'lots' (from --set)",
            "logging.level: must be one of trace, debug, info, warn, error, not 'loud' (from"
                + " --set)");
  }

  @Test
  void a_file_that_is_no_yaml_is_named_with_the_place() throws IOException {
    Path file = yaml("http: {port: 80\n");
    assertThat(problems(new Sources().file(file, Optional.empty())))
        .singleElement()
        .isEqualTo(
            file
                + ", line 1, column 16: while parsing a flow mapping:"
                + " expected ',' or '}', but got <stream end>");
  }

  @Test
  void secrets_are_never_shown() {
    List<String> lines =
        ServerConfig.from(
                new Sources()
                    .flag("security.users.ada", "$2y$04$abcdefghijklmnopqrstuu5s1d", "test")
                    .flag("webhooks.secret", "sixteen characters", "test"))
            .lines();
    assertThat(lines)
        .contains("security.users.ada: ********  # test", "webhooks.secret: ********  # test")
        .noneMatch(line -> line.contains("$2y$") || line.contains("sixteen"));
  }

  @Test
  void variables_that_are_no_settings_are_left_alone() {
    assertThat(
            ServerConfig.from(
                new Sources()
                    .environment(
                        Map.of("MILLRACE_HOME", "/x", "MILLRACE_LAUNCHER", "/y", "PATH", "/z"))))
        .isNotNull();
  }

  private static List<String> problems(Sources sources) {
    return catchThrowableOfType(BadConfiguration.class, () -> ServerConfig.from(sources))
        .problems();
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), text);
  }
}
