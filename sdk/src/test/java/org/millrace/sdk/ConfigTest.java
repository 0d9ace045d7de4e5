package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contract 5.1 and 5.2, rule by rule. */
class ConfigTest {
  @TempDir Path temp;
  private Path user = Path.of("");
  private Path work = Path.of("");

  @BeforeEach
  void folders() throws IOException {
    user = Files.createDirectory(temp.resolve("user"));
    work = Files.createDirectory(temp.resolve("work"));
  }

  private Config load() {
    return Config.load(Map.of("HOME", user.toString()), work, null);
  }

  private static void write(Path file, String yaml) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, yaml);
  }

  @Test
  void defaults_are_those_of_the_original() {
    Config config = load();
    assertThat(config.text("DANE.HOST")).isEqualTo("0.0.0.0");
    assertThat(config.number("DANE.PORT")).isEqualTo(5500);
    assertThat(config.text("DANE.HOME_DIR")).isEqualTo(user.resolve(".DANE").toString());
    assertThat(config.text("DANE.API_URL")).isEqualTo("http://localhost:5500/DANE/");
    assertThat(config.text("RABBITMQ.EXCHANGE")).isEqualTo("DANE-exchange");
    assertThat(config.text("RABBITMQ.RESPONSE_QUEUE")).isEqualTo("DANE-response-queue");
    assertThat(config.number("RABBITMQ.PORT")).isEqualTo(5672);
    assertThat(config.flag("RABBITMQ.MANAGEMENT")).isTrue();
    assertThat(config.texts("ELASTICSEARCH.HOST")).containsExactly("localhost");
    assertThat(config.number("ELASTICSEARCH.MAX_RETRIES")).isEqualTo(3);
    assertThat(config.text("ELASTICSEARCH.INDEX")).isEqualTo("dane-index");
    assertThat(config.text("CUDA.VISIBLE_DEVICES")).isEqualTo("1");
    assertThat(config.text("PATHS.TEMP_FOLDER")).isEqualTo("./TEMP");
    assertThat(config.flag("CONFIG.REQUIRED")).isFalse();
    assertThat(config.value("OUTPUT.S3_BUCKET")).isNull();
  }

  @Test
  void each_layer_overrides_the_one_before() throws IOException {
    write(user.resolve(".DANE/config.yml"), "RABBITMQ:\n  HOST: home\n  USER: home\n  PORT: 1\n");
    write(work.resolve("config.yml"), "RABBITMQ:\n  HOST: work\n");
    Config config = Config.load(Map.of("HOME", user.toString()), work, ConfigTest.class);
    assertThat(config.text("RABBITMQ.HOST")).isEqualTo("work");
    assertThat(config.text("RABBITMQ.USER")).isEqualTo("base"); // base_config.yml beside this class
    assertThat(config.number("RABBITMQ.PORT")).isEqualTo(1);
    assertThat(config.text("RABBITMQ.PASSWORD")).isEqualTo("guest");
  }

  @Test
  void a_class_without_base_config_adds_no_layer() {
    assertThat(Config.load(Map.of("HOME", user.toString()), work, String.class).toString())
        .isEqualTo(load().toString());
  }

  @Test
  void the_home_is_named_or_usual_or_as_documented() throws IOException {
    write(user.resolve(".dane/config.yml"), "LOGGING: {LEVEL: documented}");
    assertThat(load().text("LOGGING.LEVEL")).isEqualTo("documented");
    write(user.resolve(".DANE/config.yml"), "LOGGING: {LEVEL: usual}");
    assertThat(load().text("LOGGING.LEVEL")).isEqualTo("usual");
    write(temp.resolve("named/config.yml"), "LOGGING: {LEVEL: named}");
    String named = temp.resolve("named") + "/";
    assertThat(Config.load(Map.of("DANE_HOME", named), work, null).text("LOGGING.LEVEL"))
        .isEqualTo("named");
    assertThatThrownBy(() -> Config.load(Map.of(), work, null)).hasMessageContaining("HOME");
  }

  @Test
  void a_required_config_must_lie_in_the_working_directory() throws IOException {
    write(user.resolve(".DANE/config.yml"), "CONFIG: {REQUIRED: true}");
    assertThatThrownBy(this::load)
        .isInstanceOf(DaneException.ConfigRequired.class)
        .hasMessageContaining(work.toString());
    write(work.resolve("config.yml"), ""); // an empty one will do
    assertThat(load().flag("CONFIG.REQUIRED")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "RABBITMQ.VHOST",
    "ELASTICSEARCH.VERIFY",
    "CONFIG.OPTIONAL",
  })
  void these_sections_do_not_grow(String key) {
    assertThatThrownBy(() -> yaml(key, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Non-existent config key: " + key);
  }

  @ParameterizedTest
  @CsvSource({
    "DANE.NEW",
    "CUDA.NEW",
    "LOGGING.NEW",
    "PATHS.NEW",
    "INPUT.NEW",
    "OUTPUT.NEW",
    "OUTPUT.A.B",
    "FILESIZE.NEW",
    "NEW",
  })
  void the_top_and_these_sections_grow(String key) {
    assertThat(yaml(key, "x").value(key)).isEqualTo("x");
    if (key.equals("FILESIZE.NEW")) {
      assertThat(yaml(key, "x").withYaml("FILESIZE: {MORE: 1}").number("FILESIZE.MORE"))
          .isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RABBITMQ.PORT | '\"5673\"' | 5673",
        "RABBITMQ.PORT | 5673 | 5673",
        "ELASTICSEARCH.HOST | '[a, b]' | '[a, b]'",
        "ELASTICSEARCH.HOST | '\"(''a'', ''b'')\"' | '[a, b]'",
        "RABBITMQ.HOST | '\"''5\"''' | ''",
        "OUTPUT.S3_BUCKET | 5 | 5",
        "OUTPUT.S3_BUCKET | bucket | bucket",
        "RABBITMQ.HOST | ~ | null",
        "INPUT.DELETE_ON_COMPLETION | yes | true",
        "INPUT.DELETE_ON_COMPLETION | '\"True\"' | true",
        "RABBITMQ.PASSWORD | '\"''12345''\"' | 12345",
      })
  void a_value_that_fits_is_taken(String key, String yaml, String expected) {
    if (expected.isEmpty()) {
      assertThatThrownBy(() -> yaml(key, yaml)).hasMessageContaining("no YAML");
      return;
    }
    assertThat(String.valueOf(yaml(key, yaml).value(key))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ELASTICSEARCH.HOST | es",
        "ELASTICSEARCH.TIMEOUT | 2.5",
        "ELASTICSEARCH.TIMEOUT | true",
        "RABBITMQ.PORT | abc",
        "RABBITMQ.PASSWORD | 12345",
        "RABBITMQ.PASSWORD | '\"12345\"'",
        "RABBITMQ.MANAGEMENT | 1",
        "RABBITMQ | 1",
        "RABBITMQ.HOST | '{a: 1}'",
      })
  void a_value_of_another_type_is_refused(String key, String yaml) {
    assertThatThrownBy(() -> yaml(key, yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key + " is a ")
        .hasMessageContaining(" must be a ");
  }

  private static Config yaml(String key, String value) {
    String[] names = key.split("\\.", -1);
    return Config.defaults()
        .withYaml(
            String.join(": {", names) + ": " + value + "}".repeat(Math.max(0, names.length - 1)));
  }

  @Test
  void what_is_no_mapping_of_texts_is_refused() {
    Config config = Config.defaults();
    assertThatThrownBy(() -> config.withYaml("- a")).hasMessageContaining("not a mapping");
    assertThatThrownBy(() -> config.withYaml("1: a")).hasMessageContaining("not text");
    assertThatThrownBy(() -> config.withYaml("A: 2024-01-01")).hasMessageContaining("in quotes");
    assertThatThrownBy(() -> config.withYaml("a: [")).hasMessageContaining("no YAML");
    assertThatThrownBy(() -> config.withYaml("a: !!java.io.File x")).hasMessageContaining("YAML");
    assertThat(config.withYaml("# nothing").toString()).isEqualTo(config.toString());
  }

  @Test
  void every_problem_of_a_file_is_a_line() throws IOException {
    write(
        work.resolve("config.yml"),
        "RABBITMQ: {PORT: many, VHOST: x}\nELASTICSEARCH: {HOST: localhost}\n1: a\n");
    assertThatThrownBy(this::load)
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(failure ->
            assertThat(String.valueOf(failure.getMessage()).lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith(work.resolve("config.yml") + ": "))
                .anyMatch(line -> line.contains("RABBITMQ.PORT is a text"))
                .anyMatch(line -> line.contains("RABBITMQ.VHOST"))
                .anyMatch(line -> line.contains("ELASTICSEARCH.HOST"))
                .anyMatch(line -> line.contains("not text")));
    assertThatThrownBy(() -> Config.defaults().withYaml("a: [\nb: {\n"))
        .hasMessageNotContaining("\n");
  }

  @Test
  void a_file_of_any_name_stands_in_for_that_of_the_working_directory() throws IOException {
    Path file = temp.resolve("other.yml");
    assertThatThrownBy(() -> Config.load(file, null)).hasMessageContaining("no such file");
    write(file, "RABBITMQ: {HOST: named}\nCONFIG: {REQUIRED: true}");
    assertThat(Config.load(file, null).text("RABBITMQ.HOST")).isEqualTo("named");
    assertThat(Config.load(file, ConfigTest.class).text("PATHS.TEMP_FOLDER"))
        .isEqualTo(Config.load(ConfigTest.class).text("PATHS.TEMP_FOLDER"));
  }

  @Test
  void a_broker_has_a_port_that_there_is() {
    assertThatThrownBy(() -> Broker.of(Config.defaults().with("RABBITMQ.PORT", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RABBITMQ.PORT");
    assertThatThrownBy(() -> Broker.of(Config.defaults().with("RABBITMQ.PORT", 65_536)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void programs_give_texts_as_they_are() {
    Config config = Config.defaults().with("RABBITMQ.PASSWORD", "12345").with("MY.OWN", List.of(1));
    assertThat(config.text("RABBITMQ.PASSWORD")).isEqualTo("12345");
    assertThat(config.texts("MY.OWN")).containsExactly("1");
    assertThatThrownBy(() -> config.with("RABBITMQ.PORT", "5673"))
        .hasMessageContaining("whole number");
  }

  @Test
  void asking_for_what_is_not_there_tells_the_key() {
    Config config = Config.defaults();
    assertThatThrownBy(() -> config.value("RABBITMQ.VHOST")).hasMessageContaining("RABBITMQ.VHOST");
    assertThatThrownBy(() -> config.value("A.B")).hasMessageContaining("A.B");
    assertThatThrownBy(() -> config.text("RABBITMQ.PORT")).hasMessageContaining("must be a text");
    assertThatThrownBy(() -> config.number("RABBITMQ.HOST")).hasMessageContaining("whole number");
    assertThatThrownBy(() -> config.texts("RABBITMQ.HOST")).hasMessageContaining("list");
    assertThatThrownBy(() -> config.flag("RABBITMQ.HOST")).hasMessageContaining("boolean");
  }

  @Test
  void secrets_are_not_shown() {
    String shown =
        Config.defaults()
            .with("OUTPUT.AWS_SECRET", "hidden")
            .with("RABBITMQ.PASSWORD", "hidden")
            .with("OUTPUT.token", "hidden")
            .toString();
    assertThat(shown).doesNotContain("hidden", "changeme").contains("PASSWORD=***");
  }
}
