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
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.retention.RetentionRules;
import org.millrace.runtimes.container.ContainerSettings;
import org.millrace.runtimes.container.EngineAddress;
import org.millrace.runtimes.local.LocalSettings;
import org.millrace.runtimes.local.SandboxSettings.Network;
import org.millrace.transfer.HttpConfig;

class ServerConfigTest {
  /** Of the password "rosebud", at the least cost. */
  private static final String HASH = "$2y$04$KmEIuH3aJjFdcB8V/UPzCu4Dw.8ktKzgYYc87P0ai.fIRCpDYZHE.";

  /** Their defaults depend on the machine, and are told in words. */
  private static final Set<String> OF_THIS_MACHINE =
      Set.of(
          "data",
          "http.body-memory",
          "sandbox.slots",
          "sandbox.cpu-cores",
          "sandbox.ram",
          "container.host",
          "container.slots",
          "container.cpu-cores",
          "container.ram",
          "in-process.slots",
          "lanes.container.limit",
          "lanes.in-process.limit",
          "lanes.process.limit",
          "lanes.sandbox.limit",
          "lanes.steps.limit");

  @TempDir private Path folder;

  @Test
  void every_setting_and_its_default() {
    List<String> lines =
        ServerConfig.from(new Sources().flag("data", "/data", "test")).lines().stream()
            .filter(line -> !line.startsWith("http.body-memory:"))
            .filter(line -> !line.startsWith("sandbox.ram:"))
            .filter(line -> !line.startsWith("sandbox.cpu-cores:"))
            .filter(line -> !line.startsWith("sandbox.slots:"))
            .filter(line -> !line.startsWith("container.ram:"))
            .filter(line -> !line.startsWith("container.cpu-cores:"))
            .filter(line -> !line.startsWith("container.slots:"))
            .filter(line -> !line.startsWith("container.host:"))
            .filter(line -> !line.startsWith("in-process.slots:"))
            .filter(line -> !(line.startsWith("lanes.") && line.contains(".limit:")))
            .map(line -> line.replace("  # default", ""))
            .toList();
    assertThat(lines).containsExactlyInAnyOrderElementsOf(DEFAULTS);
  }

  /** What people read is what the code knows: each key once, with its default. */
  @Test
  void the_document_names_every_setting_and_its_default() throws IOException {
    Map<String, String> told = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
      Matcher row = Pattern.compile("\\| `([a-z.-]+)` \\| (.+?) \\| .+ \\|").matcher(line);
      if (row.matches()) {
        assertThat(told.put(row.group(1), row.group(2))).as(row.group(1) + " twice").isNull();
      }
    }
    Map<String, String> known = new TreeMap<>();
    for (String line : ServerConfig.from(new Sources()).lines()) {
      String text = line.replace("  # default", "").strip();
      int colon = text.indexOf(':');
      String value = text.substring(colon + 1).strip();
      known.put(text.substring(0, colon), value.isEmpty() ? "—" : "`" + value + "`");
    }
    OF_THIS_MACHINE.forEach(key -> assertThat(told.remove(key)).as(key).isNotNull());
    known.keySet().removeAll(OF_THIS_MACHINE);

    assertThat(told).isEqualTo(known);
  }

  @Test
  void a_key_that_stands_twice_is_refused_with_its_line() throws IOException {
    Path file = folder.resolve("twice.yaml");
    Files.writeString(file, "http: {port: 1}\ndata: /d\nhttp: {host: ::1}\n");
    assertThat(problems(new Sources().file(file)))
        .singleElement()
        .asString()
        .contains("line 3", "the key 'http' is there twice");
  }

  @Test
  void a_key_that_stands_twice_in_two_spellings_is_refused() throws IOException {
    Path file = yaml("http: {port: 1}\nhttp.port: 2\n");
    assertThat(problems(new Sources().file(file)))
        .containsExactly(
            file + ": the key 'http.port' is there twice, in two spellings: leave one out");

    Path site = yaml("profiles: {site: {http: {port: 1}, http.port: 2}}\n");
    assertThat(problems(new Sources().file(site).profile("site")))
        .containsExactly(
            site
                + " profile site: the key 'http.port' is there twice, in two spellings: leave one"
                + " out");
  }

  @ParameterizedTest
  @CsvSource({
    "http, 8080, 'http: is a section, not a setting (from test); did you mean http.port?'",
    "port, 8080, 'port: no such setting (from test); did you mean http.port?'",
    "http.prot, 8080, 'http.prot: no such setting (from test); did you mean http.port?'",
    "read-roots, /a, 'read-roots: no such setting (from test); did you mean"
        + " transfer.local.read-roots?'",
  })
  void a_key_that_does_not_exist_is_answered_with_the_one_that_was_meant(
      String key, String value, String problem) {
    assertThat(problems(new Sources().flag(key, value, "test"))).containsExactly(problem);
  }

  @Test
  void a_path_may_begin_with_the_home_folder() {
    Path home = Path.of(System.getProperty("user.home"));
    ServerConfig config =
        ServerConfig.from(
            new Sources()
                .flag("data", "~/mr", "test")
                .flag("runtimes.work-folder", "~", "test")
                .flag("logging.dir", "~/log", "test")
                .flag("transfer.local.read-roots", "~/a, /~/b", "test"));

    assertThat(config.data()).isEqualTo(home.resolve("mr"));
    assertThat(config.runtimes().workFolder()).contains(home);
    assertThat(config.logging().folder()).contains(home.resolve("log"));
    assertThat(config.transfers().local().readRoots())
        .containsExactly(home.resolve("a"), Path.of("/~/b"));
  }

  @Test
  void a_list_is_read_as_it_is_shown() {
    ServerConfig config =
        ServerConfig.from(new Sources().assignments(List.of("transfer.local.read-roots=[/a, /b]")));

    assertThat(config.transfers().local().readRoots())
        .containsExactly(Path.of("/a"), Path.of("/b"));
  }

  @Test
  void roots_that_are_not_there_or_relative_are_remarked_upon() {
    ServerConfig config =
        ServerConfig.from(
            new Sources()
                .flag("transfer.local.read-roots", folder.toString(), "test")
                .flag("transfer.local.write-roots", folder.resolve("no") + ", src", "test"));

    assertThat(config.remarks())
        .containsExactlyInAnyOrder(
            "transfer.local.write-roots: there is no folder "
                + folder.resolve("no")
                + ": until it is made, nothing is below it",
            "transfer.local.write-roots: 'src' is relative, and read from where the server starts");
  }

  @Test
  void a_root_that_is_no_folder_is_not_called_missing() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    ServerConfig config =
        ServerConfig.from(new Sources().flag("transfer.local.read-roots", file.toString(), "test"));

    assertThat(config.remarks())
        .containsExactly(
            "transfer.local.read-roots: "
                + file
                + " is no folder, or this user cannot reach it: nothing is below it");
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
                            "runtimes.log-limit=2k", "transfer.http.connections-per-host=1000"))))
        .anyMatch(
            problem -> problem.contains("runtimes.log-limit: at least sandbox.log-tail-bytes"))
        .anyMatch(problem -> problem.contains("transfer.http.connections-per-host"))
        .hasSize(2);
  }

  @Test
  void what_is_forgotten_and_when() {
    RetentionRules rules =
        ServerConfig.from(
                new Sources()
                    .assignments(
                        List.of(
                            "retention.tasks.complete=90d",
                            "retention.logs.executor-error=7d",
                            "retention.logs-total=1 GiB",
                            "retention.deliveries=30d")))
            .engine()
            .retention();

    assertThat(rules)
        .isEqualTo(
            new RetentionRules(
                Map.of(TaskState.COMPLETE, Duration.ofDays(90)),
                Map.of(TaskState.EXECUTOR_ERROR, Duration.ofDays(7)),
                OptionalLong.of(1L << 30),
                Optional.of(Duration.ofDays(30))));
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
          "store.ballast: 33554432",
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
          "retention.tasks.complete: 0s",
          "retention.tasks.executor-error: 0s",
          "retention.tasks.system-error: 0s",
          "retention.tasks.canceled: 0s",
          "retention.logs.complete: 0s",
          "retention.logs.executor-error: 0s",
          "retention.logs.system-error: 0s",
          "retention.logs.canceled: 0s",
          "retention.logs-total: 0",
          "retention.deliveries: 0s",
          "sandbox.network: none",
          "sandbox.programs: []",
          "runtimes.process: deny",
          "sandbox.user: 65534",
          "sandbox.group: 65534",
          "sandbox.most-processes: 4096",
          "sandbox.log-tail-bytes: 10240",
          "runtimes.container: auto",
          "runtimes.steps: allow",
          "runtimes.in-process: allow",
          "steps.slots: 1000",
          "container.most-processes: 4096",
          "container.log-tail-bytes: 10240",
          "container.network: bridge",
          "container.pull: missing",
          "container.user: auto",
          "container.files: auto",
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
          "lanes.container.when-full: wait",
          "lanes.in-process.when-full: wait",
          "lanes.process.when-full: wait",
          "lanes.sandbox.when-full: wait",
          "lanes.steps.when-full: wait",
          "tes.retry.attempts: 3",
          "tes.retry.first: 2s",
          "tes.retry.most: 300s",
          "tes.retry.after-start: false",
          "tes.queue-limit: 0s",
          "tes.errors: uniform",
          "tes.hold-running: 0s",
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
          "faces.tes.listen: ",
          "faces.api.enabled: true",
          "faces.api.listen: ",
          "faces.dane.enabled: true",
          "faces.dane.listen: ",
          "faces.elasticsearch.listen: ",
          "dane.space: dane",
          "dane.user: dane",
          "dane.http-auth: open",
          "dane.open-to: []",
          "dane.elasticsearch.index: dane-index",
          "dane.elasticsearch.body-bytes: 104857600",
          "dane.exchange: DANE-exchange",
          "dane.job-exchange: DANE-exchange",
          "dane.response-queue: DANE-response-queue",
          "dane.answer-within: 86400s",
          "dane.retry.attempts: 10",
          "dane.retry.first: 5s",
          "dane.retry.most: 600s",
          "dane.body-bytes: 16777216",
          "dane.job.temp-folder: ",
          "dane.job.out-folder: ",
          "dane.workers.user: ",
          "dane.workers.password: ",
          "broker.kind: none",
          "broker.host: 127.0.0.1",
          "broker.port: 5672",
          "broker.user: guest",
          "broker.password: ",
          "broker.virtual-host: /",
          "broker.tls: false",
          "broker.tls-authority: ",
          "broker.management: ",
          "lanes.dane.when-full: wait",
          "metrics.open: true");

  @Test
  void what_is_said_later_wins() throws IOException {
    Path file = yaml("http: {port: 1}\nprofiles: {site: {http: {port: 2}}}\n");
    assertThat(port(new Sources().file(file))).isEqualTo(1);
    assertThat(port(new Sources().file(file).profile("site"))).isEqualTo(2);
    var sources = new Sources().file(file).profile("site");
    assertThat(port(sources.environment(Map.of("MILLRACE_HTTP__PORT", "3")))).isEqualTo(3);
    assertThat(port(sources.assignments(List.of("http.port=4")))).isEqualTo(4);
    assertThat(port(sources.flag("http.port", "5", "--port"))).isEqualTo(5);
  }

  @Test
  void a_profile_overrides_the_rest_of_all_files() throws IOException {
    Path site = yaml("site.yaml", "profiles: {big: {http: {port: 2}, engine: {poll-every: 1s}}}\n");
    Path here = yaml("here.yaml", "http: {port: 1}\nprofiles: {big: {engine: {poll-every: 2s}}}\n");

    var config = ServerConfig.from(new Sources().file(site).file(here).profile("big"));

    assertThat(config.http().listeners().getFirst().port()).isEqualTo(2);
    assertThat(config.engine().pollEvery()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void a_profile_that_is_not_there_is_an_error_that_names_those_that_are() throws IOException {
    Path file = yaml("profiles: {site: {http: {port: 2}}, test: }\n");

    assertThat(problems(new Sources().file(file).profile("sit")))
        .containsExactly(
            "--profile sit: no configuration file has a section profiles.sit; there are: site,"
                + " test");
    assertThat(problems(new Sources().profile("sit")))
        .containsExactly(
            "--profile sit: no configuration file has a section profiles.sit; there are no profiles"
                + " at all");
    assertThat(problems(new Sources().file(yaml("profiles: {site: 5}\n"))))
        .containsExactly(file + ": profiles.site: a mapping of keys to settings");
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
                        store: {ballast: 0}
                        """)));
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
    assertThat(config.store().ballast()).isZero();
    assertThat(config.logging().levels()).containsEntry("org.millrace.engine", "DEBUG");
  }

  @Test
  void all_problems_are_reported_at_once_each_with_key_value_and_origin() throws IOException {
    Path file = yaml("http: {prot: 80, port: high}\nengine: {heartbeat: 2s}\n");
    assertThat(
            problems(
                new Sources()
                    .file(file)
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

  /** One wrong value must hide no other, nor make what is right unknown. */
  @ParameterizedTest
  @CsvSource({
    "http.host, '', must be given",
    "http.host, 'no such host', no address is known of",
    "http.host, 0.0.0.0, nobody signs in",
    "http.idle, 0s, must be 100ms to 3650d",
    "data, '', must be given",
    "data, a\0b, is no path",
    "logging.dir, a\0b, is no path",
    "transfer.local.read-roots, a\0b, is no path",
    "lanes.sandox.limit, 3, 'there is no such lane; there are container, dane, in-process, process,"
        + " sandbox, steps'",
    "security.users.ada, rosebud, a bcrypt hash of cost 4 to 15",
    "security.users.a:b, $2y$04$KmEIuH3aJjFdcB8V/UPzCu4Dw.8ktKzgYYc87P0ai.fIRCpDYZHE., a name",
    "sandbox.ram, 1MiB, must be 16777216 to",
    "sandbox.programs, /, absolute folders",
    "engine.heartbeat, 0s, must be 1s to",
    "engine.heartbeat, 99999999999999999d, must be 1s to",
    "engine.poll-every, 0s, must be 10ms to",
    "engine.sweep-every, 0s, must be 1s to",
    "engine.renew-every, 0s, must be 100ms to",
    "engine.renew-every, 14s, at most half of engine.heartbeat",
    "deliveries.first-retry, 2h, deliveries.longest-retry: at least deliveries.first-retry",
    "store.ballast, 5, 'ballast, unless 0, is 1048576 to'",
    "tes.limits.content-bytes, 1k, must be 131072 to",
    "tes.retry.first, 1h, tes.retry: at least one attempt",
    "tes.service-info.id, '', must be given",
    "tes.hold-running, 2m, 0s to 60s",
    "tes.errors, mine, 'must be one of uniform, tesp'",
    "webhooks.urls, ftp://hook.example, must start with http:// or https://",
    "webhooks.urls, 'https://a:b@hook.example, https://a:c@hook.example', is there twice",
    "webhooks.secret, short, at least 16 characters"
  })
  void a_wrong_value_is_one_problem_by_its_name(String key, String value, String problem) {
    assertThat(
            problems(
                new Sources().flag(key, value, "test").flag("metrics.open", "perhaps", "test")))
        .satisfiesExactlyInAnyOrder(
            first -> assertThat(first).contains(problem),
            second -> assertThat(second).startsWith("metrics.open: must be true or false"));
  }

  @Test
  void a_lane_that_only_refuses_has_as_much_room_as_its_runtime() {
    ServerConfig config =
        ServerConfig.from(
            new Sources()
                .flag("sandbox.slots", "12", "test")
                .flag("lanes.sandbox.when-full", "refuse", "test"));

    Lane sandbox = new Lane("sandbox");
    assertThat(config.lanes())
        .containsExactly(
            Map.entry(sandbox, new LaneRule(sandbox, 12, Counts.THIS_SERVER, WhenFull.REFUSE)));
  }

  @Test
  void of_urls_neither_credentials_nor_secret_paths_are_shown() {
    List<String> lines =
        ServerConfig.from(
                new Sources()
                    .flag(
                        "webhooks.urls",
                        "https://me:pw1@hook.example:8443/T0K/EN?key=pw2,https://pw3@other.example/",
                        "test")
                    .flag("tes.service-info.storage", "s3://key:pw4@bucket.example/", "test"))
            .lines();

    assertThat(lines)
        .contains(
            "webhooks.urls: https://***@hook.example:8443/***, https://***@other.example/  # test",
            "tes.service-info.storage: s3://key:***@bucket.example/  # test")
        .noneMatch(line -> line.contains("pw") || line.contains("T0K"));
  }

  @Test
  void containers_as_an_operator_wants_them() {
    ContainerSection containers =
        ServerConfig.from(
                new Sources()
                    .assignments(
                        List.of(
                            "runtimes.container=allow",
                            "container.host=unix:///run/podman/podman.sock",
                            "container.network=labnet",
                            "container.pull=never",
                            "container.user=server",
                            "container.ram=1 GiB")))
            .containers();

    assertThat(containers.use()).isEqualTo(ContainerSection.Use.ALLOW);
    assertThat(containers.host()).isEqualTo(new EngineAddress("unix:///run/podman/podman.sock"));
    assertThat(containers.settings("site", folder))
        .satisfies(settings -> {
          assertThat(settings.network()).isEqualTo("labnet");
          assertThat(settings.pull()).isEqualTo(ContainerSettings.Pull.NEVER);
          assertThat(settings.user()).isEqualTo(ContainerSettings.RunAs.SERVER);
          assertThat(settings.ramBytes()).isEqualTo(1 << 30);
        });
    assertThat(
            problems(
                new Sources()
                    .assignments(
                        List.of(
                            "runtimes.container=perhaps",
                            "container.host=ssh://far",
                            "container.network=host"))))
        .hasSize(3)
        .anyMatch(line -> line.startsWith("runtimes.container: must be one of auto, allow, deny"))
        .anyMatch(line -> line.startsWith("container.host: like unix:///var/run/docker.sock"))
        .anyMatch(line -> line.startsWith("container.network: bridge, none, or the name"));
  }

  @Test
  void a_file_that_is_no_yaml_is_named_with_the_place() throws IOException {
    Path file = yaml("http: {port: 80\n");
    assertThat(problems(new Sources().file(file)))
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
                    .flag("security.users.ada", HASH, "test")
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
    return yaml("config.yaml", text);
  }

  private Path yaml(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
