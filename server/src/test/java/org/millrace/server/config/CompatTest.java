package org.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.http.Listener;
import org.millrace.server.config.LoggingSection.Format;
import org.millrace.tes.TesConfig;
import org.millrace.tes.TesConfig.ErrorBodies;

/**
 * Standing in for an original ({@code contracts/tes.md 10.2, 10.9; dane.md 5.2}; the order is
 * DESIGN 6).
 */
class CompatTest {
  @TempDir private Path folder;

  @Test
  void tesp_is_what_its_own_tests_insist_on() {
    TesConfig tes = config(Map.of()).tes();
    assertThat(tes.serviceInfo().typeVersion()).isEqualTo("1.0.0");
    assertThat(tes.serviceInfo().version()).isEqualTo("0.2.0\n");
    assertThat(tes.holdRunning()).isEqualTo(Duration.ofMillis(1500));
    assertThat(tes.errors()).isEqualTo(ErrorBodies.TESP);
  }

  @Test
  void without_it_nothing_of_that_is_so() {
    TesConfig tes = ServerConfig.from(new Sources()).tes();
    assertThat(tes.serviceInfo().typeVersion()).isEqualTo("1.1.0");
    assertThat(tes.holdRunning()).isZero();
    assertThat(tes.errors()).isEqualTo(ErrorBodies.UNIFORM);
  }

  @Test
  void each_setting_is_shown_on_a_line_with_its_origin() {
    assertThat(config(Map.of("TESP_API_LOGGING__LEVEL", "DEBUG")).lines())
        .contains(
            "tes.service-info.type-version: 1.0.0  # --compat tesp",
            "tes.service-info.version: 0.2.0\\n  # --compat tesp",
            "tes.hold-running: 1500ms  # --compat tesp",
            "tes.errors: tesp  # --compat tesp",
            "logging.level: DEBUG  # TESP_API_LOGGING__LEVEL")
        .noneMatch(line -> line.contains("\n"));
  }

  /** Quirks below files, variables of the original above them, ours above those. */
  @Test
  void whatever_an_operator_says_overrides_the_quirks() throws IOException {
    Path file = folder.resolve("millrace.yaml");
    Files.writeString(file, "tes: {hold-running: 0s}\nlogging: {level: error, format: json}\n");
    var sources = new Sources();
    var compat = new Compat(List.of("TESP"), sources);
    compat.applySettings();
    sources.file(file);
    compat.applyVariables(
        Map.of("TESP_API_LOGGING__LEVEL", "debug", "TESP_API_LOGGING__OUTPUT_JSON", "false"));
    sources.environment(Map.of("MILLRACE_LOGGING__LEVEL", "trace"));
    ServerConfig config = ServerConfig.from(sources);
    assertThat(config.tes().holdRunning()).isZero();
    assertThat(config.tes().errors()).isEqualTo(ErrorBodies.TESP);
    assertThat(config.logging().format()).isEqualTo(Format.TEXT);
    assertThat(config.logging().level()).isEqualTo("TRACE");
  }

  @Test
  void unknown_originals_are_refused_with_those_that_are_known() {
    var sources = new Sources();
    new Compat(List.of("tesp", "tespp", "funnel"), sources);
    assertThat(sources.problems())
        .containsExactly(
            "--compat tespp: no original of that name is known; there are: tesp, dane",
            "--compat funnel: no original of that name is known; there are: tesp, dane");
  }

  @ParameterizedTest
  @CsvSource({
    "debug, DEBUG",
    "INFO, INFO",
    "WARNING, WARN",
    "CRITICAL, ERROR",
    "'\"ERROR\"', ERROR",
    "'''info''', INFO"
  })
  void levels_of_python_have_names_here(String theirs, String ours) {
    assertThat(config(Map.of("TESP_API_LOGGING__LEVEL", theirs)).logging().level()).isEqualTo(ours);
  }

  @Test
  void logs_as_json() {
    assertThat(config(Map.of("TESP_API_LOGGING__OUTPUT_JSON", "true")).logging().format())
        .isEqualTo(Format.JSON);
  }

  @Test
  void its_one_user_signs_in_here_and_the_password_is_nowhere() {
    ServerConfig config =
        config(
            Map.of(
                "TESP_API_BASIC_AUTH__ENABLE", "true",
                "TESP_API_BASIC_AUTH__USERNAME", "ada",
                "TESP_API_BASIC_AUTH__PASSWORD", "rosebud"));
    String hash = config.security().users().get("ada");
    assertThat(BCrypt.verifyer().verify("rosebud".toCharArray(), hash).verified).isTrue();
    assertThat(config.lines())
        .contains("security.users.ada: ********  # TESP_API_BASIC_AUTH__USERNAME")
        .noneMatch(line -> line.contains("rosebud") || line.contains(hash));
  }

  @Test
  void a_user_without_a_name_has_the_name_that_tesp_gives_him() {
    assertThat(
            config(
                    Map.of(
                        "TESP_API_BASIC_AUTH__ENABLE",
                        "1",
                        "TESP_API_BASIC_AUTH__PASSWORD",
                        "x".repeat(100)))
                .security()
                .users())
        .containsOnlyKeys("user");
  }

  @Test
  void a_user_of_a_sign_in_that_is_off_is_nobody() {
    assertThat(
            config(
                    Map.of(
                        "TESP_API_BASIC_AUTH__ENABLE", "false",
                        "TESP_API_BASIC_AUTH__PASSWORD", "rosebud",
                        "TESP_API_OAUTH__ENABLE", "false"))
                .security()
                .users())
        .isEmpty();
  }

  /** Else everybody would be let in who was kept out before. */
  @ParameterizedTest
  @CsvSource({
    "TESP_API_OAUTH__ENABLE, true, cannot check bearer tokens",
    "TESP_API_BASIC_AUTH__ENABLE, true, TESP_API_BASIC_AUTH__PASSWORD must be given",
    "TESP_API_BASIC_AUTH__ENABLE, perhaps, must be true or false",
    "TESP_API_LOGGING__LEVEL, LOUD, must be one of"
  })
  void what_cannot_be_taken_over_stops_the_start(String name, String value, String problem) {
    var bad = catchThrowableOfType(BadConfiguration.class, () -> config(Map.of(name, value)));
    assertThat(bad.problems()).singleElement().asString().contains(name).contains(problem);
  }

  @Test
  void what_has_no_meaning_here_is_named_without_its_value() {
    var compat = new Compat(List.of("tesp"), new Sources());
    compat.applyVariables(
        Map.of(
            "TESP_API_DB__MONGODB_URI", "mongodb://me:rosebud@host",
            "TESP_API_PULSAR__STATUS__MAX_POLLS", "400",
            "TESP_API_COLOUR", "blue",
            "CONTAINER_TYPE", "singularity",
            "FASTAPI_PROFILE", "dev-docker",
            "TESP", "no variable of TESP's"));
    assertThat(compat.warnings())
        .containsExactlyInAnyOrder(
            "--compat tesp: TESP_API_DB__MONGODB_URI has no meaning here:"
                + " tasks are stored in the folder that 'data' names",
            "--compat tesp: TESP_API_PULSAR__STATUS__MAX_POLLS has no meaning here:"
                + " there is no limit of time unless 'tes.run-limit' sets one",
            "--compat tesp: TESP_API_COLOUR has no meaning here: it is no setting of TESP's",
            "--compat tesp: CONTAINER_TYPE has no meaning here: see 'runtimes.container'",
            "--compat tesp: FASTAPI_PROFILE has no meaning here: its settings.toml is not read");
  }

  @Test
  void without_compat_its_variables_are_nobodys() {
    var compat = new Compat(List.of(), new Sources());
    compat.applyVariables(Map.of("TESP_API_OAUTH__ENABLE", "true"));
    assertThat(compat.warnings()).isEmpty();
  }

  @Test
  void dane_is_found_where_its_programs_look_for_it_and_by_this_machine_alone() {
    ServerConfig config = config("dane", Map.of());
    assertThat(config.http().listeners())
        .extracting(Listener::key, Listener::host, Listener::port)
        .containsExactlyInAnyOrder(
            tuple("http.port", "127.0.0.1", 8080),
            tuple("faces.dane.listen", "127.0.0.1", 5500),
            tuple("faces.elasticsearch.listen", "127.0.0.1", 9200));
    assertThat(config.broker())
        .isInstanceOfSatisfying(
            BrokerSection.Embedded.class,
            broker -> {
              assertThat(broker.config().address()).isEqualTo("127.0.0.1");
              assertThat(broker.config().port()).isEqualTo(5672);
              assertThat(broker.config().worker()).isEqualTo(new Account("guest", "guest"));
              assertThat(broker.config().exchanges()).containsExactly("DANE-exchange");
              assertThat(broker.config().answerQueue()).isEqualTo("DANE-response-queue");
            });
    assertThat(config.dane().elasticsearch().index()).isEqualTo("dane-index");
    assertThat(config.lines().stream().filter(line -> line.endsWith("# --compat dane")))
        .containsExactlyInAnyOrder(
            "faces.dane.listen: 127.0.0.1:5500  # --compat dane",
            "faces.elasticsearch.listen: 127.0.0.1:9200  # --compat dane",
            "broker.kind: embedded  # --compat dane",
            "broker.port: 5672  # --compat dane");
  }

  @Test
  void without_it_there_is_neither_a_broker_nor_anything_on_those_ports() {
    ServerConfig config = ServerConfig.from(new Sources());
    assertThat(config.http().listeners()).extracting(Listener::port).containsExactly(8080);
    assertThat(config.broker()).isInstanceOf(BrokerSection.None.class);
  }

  @Test
  void variables_of_dane_that_have_no_meaning_here_are_named_without_their_values() {
    var compat = new Compat(List.of("dane"), new Sources());
    compat.applyVariables(
        Map.of(
            "DANE_HOME", "/home/rosebud",
            "SUPERVISOR_PROCESS_NAME", "dane-api_01",
            "HOME", "no variable of DANE's"));
    assertThat(compat.warnings())
        .containsExactlyInAnyOrder(
            "--compat dane: DANE_HOME has no meaning here, only for workers:"
                + " 'millrace config import dane' says what the files that it leads to come to for"
                + " the server",
            "--compat dane: SUPERVISOR_PROCESS_NAME has no meaning here: start one server, which"
                + " looks after all tasks; a second one in the same 'data' is refused");
  }

  @Test
  void what_no_variable_of_dane_says_is_not_warned_of() {
    var compat = new Compat(List.of("dane"), new Sources());
    compat.applyVariables(Map.of("HOME", "/home/dane"));
    assertThat(compat.warnings()).isEmpty();
  }

  private static ServerConfig config(Map<String, String> environment) {
    return config("tesp", environment);
  }

  private static ServerConfig config(String original, Map<String, String> environment) {
    var sources = new Sources();
    var compat = new Compat(List.of(original), sources);
    compat.applySettings();
    compat.applyVariables(environment);
    return ServerConfig.from(sources);
  }
}
