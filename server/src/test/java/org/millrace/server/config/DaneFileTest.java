package org.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.RabbitConfig;
import org.millrace.dane.JobFolders;

/** What files of the original come to ({@code contracts/dane.md 5}). */
class DaneFileTest {
  @TempDir private Path folder;

  @Test
  void what_has_a_counterpart_is_said_in_our_words() throws IOException {
    DaneFile file =
        read(
            """
            DANE:
              HOST: 127.0.0.1
              PORT: 5501
            RABBITMQ:
              HOST: rabbit.archive.example
              PORT: 5673
              USER: dane
              PASSWORD: it's secret
              EXCHANGE: our-exchange
              RESPONSE_QUEUE: our-answers
              MANAGEMENT_PORT: 15673
            ELASTICSEARCH:
              PORT: 9201
              USER: worker
              PASSWORD: rosebud
            LOGGING:
              LEVEL: WARNING
              DIR: /var/log/dane
            """);

    assertThat(file.settings())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("faces.dane.listen", "127.0.0.1:5501"),
                Map.entry("broker.kind", "rabbitmq"),
                Map.entry("broker.host", "rabbit.archive.example"),
                Map.entry("broker.port", "5673"),
                Map.entry("broker.user", "dane"),
                Map.entry("broker.password", "it's secret"),
                Map.entry("broker.management", "http://rabbit.archive.example:15673"),
                Map.entry("dane.exchange", "our-exchange"),
                Map.entry("dane.response-queue", "our-answers"),
                Map.entry("faces.elasticsearch.listen", "127.0.0.1:9201"),
                Map.entry("dane.workers.user", "worker"),
                Map.entry("dane.workers.password", "rosebud"),
                Map.entry("logging.level", "warn"),
                Map.entry("logging.dir", "/var/log/dane")));
    assertThat(file.remarks())
        .singleElement()
        .asString()
        .startsWith("faces.elasticsearch.listen: workers on other machines");
    assertThat(file.lines()).contains("broker.password: 'it''s secret'");
  }

  @Test
  void what_it_prints_is_a_configuration_of_this_server() throws IOException {
    DaneFile file =
        read("RABBITMQ: {HOST: rabbit, PASSWORD: 'a: b'}\nDANE: {PORT: 5500, HOST: 127.0.0.1}\n");

    RabbitConfig rabbit = rabbit(configured(file));

    assertThat(rabbit.host()).isEqualTo("rabbit");
    assertThat(rabbit.account().password()).isEqualTo("a: b");
  }

  /** As a server starts with what was printed. */
  private ServerConfig configured(DaneFile file) throws IOException {
    Path ours = folder.resolve("config.yaml");
    Files.write(ours, file.lines());
    var sources = new Sources();
    sources.file(ours);
    return ServerConfig.from(sources);
  }

  private static RabbitConfig rabbit(ServerConfig config) {
    assertThat(config.broker()).isInstanceOf(BrokerSection.Rabbit.class);
    return ((BrokerSection.Rabbit) config.broker()).config();
  }

  @Test
  void folders_of_jobs_the_host_of_the_management_and_the_name_of_the_index_reach_the_server()
      throws IOException {
    DaneFile file =
        read(
            """
            DANE: {HOST: 127.0.0.1}
            DANE_SERVER: {TEMP_FOLDER: /data/TEMP/, OUT_FOLDER: /data/OUT/}
            RABBITMQ: {HOST: rabbit, MANAGEMENT_HOST: manage}
            ELASTICSEARCH: {INDEX: our-index}
            """);

    ServerConfig ours = configured(file);

    assertThat(ours.dane().jobs())
        .contains(new JobFolders(Path.of("/data/TEMP"), Path.of("/data/OUT")));
    assertThat(ours.dane().elasticsearch().index()).isEqualTo("our-index");
    assertThat(rabbit(ours).host()).isEqualTo("rabbit");
    assertThat(rabbit(ours).management()).contains(URI.create("http://manage:15672"));
    assertThat(file.remarks()).noneMatch(remark -> remark.contains("has no meaning here"));
  }

  /** One alone would be refused at the start: {@code contracts/dane.md 5.3} tells the other. */
  @Test
  void a_folder_of_jobs_that_is_left_out_is_where_the_original_made_it() throws IOException {
    ServerConfig one =
        configured(read("DANE: {HOST: 127.0.0.1}\nDANE_SERVER: {OUT_FOLDER: /data/OUT/}\n"));
    assertThat(one.dane().jobs())
        .contains(new JobFolders(Path.of("/home/DANE/DANE-data/TEMP"), Path.of("/data/OUT")));

    ServerConfig none = configured(read("DANE: {HOST: 127.0.0.1}\nMARIADB: {USER: dane}\n"));
    assertThat(none.dane().jobs())
        .contains(
            new JobFolders(
                Path.of("/home/DANE/DANE-data/TEMP"), Path.of("/home/DANE/DANE-data/OUT")));
  }

  @Test
  void what_has_no_meaning_here_is_named_with_the_reason_and_without_its_value()
      throws IOException {
    DaneFile file =
        read(
            """
            MARIADB: {PASSWORD: rosebud}
            ELASTICSEARCH: {SHARDS: 3, HOST: [one, two]}
            PATHS: {TEMP_FOLDER: /tmp/dane}
            COLOUR: blue
            """);

    assertThat(file.remarks())
        .contains(
            "MARIADB.PASSWORD has no meaning here: there is no such database: documents are in the"
                + " store",
            "ELASTICSEARCH.SHARDS has no meaning here: there is no index: documents are in the"
                + " store",
            "ELASTICSEARCH.HOST has no meaning here: workers are to be told where this server is",
            "PATHS.TEMP_FOLDER has no meaning here: workers read it, and go on reading it",
            "COLOUR has no meaning here: it is no setting of DANE's server");
  }

  @Test
  void an_address_that_others_can_reach_is_remarked_upon() throws IOException {
    DaneFile file = read("DANE: {PORT: 5500}\n");

    assertThat(file.settings()).containsEntry("faces.dane.listen", "0.0.0.0:5500");
    assertThat(file.remarks()).anyMatch(remark -> remark.contains("name in dane.open-to"));
  }

  @Test
  void a_broker_that_is_not_managed_is_not_asked() throws IOException {
    assertThat(read("RABBITMQ: {MANAGEMENT: false, MANAGEMENT_PORT: none}\n").settings())
        .doesNotContainKey("broker.management");
  }

  @Test
  void an_empty_file_comes_to_what_the_original_takes_then() throws IOException {
    DaneFile file = read("");
    assertThat(file.settings())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("faces.dane.listen", "0.0.0.0:5500"),
                Map.entry("broker.kind", "rabbitmq"),
                Map.entry("broker.host", "localhost"),
                Map.entry("broker.user", "guest"),
                Map.entry("broker.password", "guest"),
                Map.entry("broker.management", "http://localhost:15672"),
                Map.entry("faces.elasticsearch.listen", "127.0.0.1:9200"),
                Map.entry("dane.workers.user", "elastic"),
                Map.entry("dane.workers.password", "changeme")));
    assertThat(file.remarks()).hasSize(3);
  }

  @Test
  void a_password_without_a_user_is_that_of_elastic() throws IOException {
    DaneFile file = read("ELASTICSEARCH: {PASSWORD: rosebud}\n");
    assertThat(file.settings())
        .containsEntry("dane.workers.user", "elastic")
        .containsEntry("dane.workers.password", "rosebud");
    assertThat(file.remarks()).noneMatch(remark -> remark.startsWith("dane.workers"));
  }

  @Test
  void a_password_that_everybody_knows_is_remarked_upon_where_it_is_written_too()
      throws IOException {
    assertThat(read("ELASTICSEARCH: {PASSWORD: changeme}\n").remarks())
        .anyMatch(remark -> remark.startsWith("dane.workers.password: everybody knows it"));
  }

  @Test
  void a_port_that_is_none_is_named() {
    String file = "RABBITMQ: {PORT: abc, MANAGEMENT_PORT: 0}\nDANE: {PORT: 70000}\n";
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("RABBITMQ.PORT: must be a port, 1 to 65535, not 'abc'")
        .hasMessageContaining("RABBITMQ.MANAGEMENT_PORT: ")
        .hasMessageContaining("DANE.PORT: ");
  }

  @Test
  void a_text_within_a_text_is_the_inner_one() throws IOException {
    DaneFile file =
        read(
            """
            RABBITMQ: {PASSWORD: "'12345'", EXCHANGE: '"mine"'}
            ELASTICSEARCH: {PASSWORD: "'0x1'"}
            """);
    assertThat(file.settings())
        .containsEntry("broker.password", "12345")
        .containsEntry("dane.exchange", "mine")
        .containsEntry("dane.workers.password", "0x1");
    assertThat(read("RABBITMQ: {PASSWORD: \"it's\"}\n").settings())
        .containsEntry("broker.password", "it's");
  }

  @Test
  void workers_of_the_job_era_search_nothing() throws IOException {
    assertThat(read("MARIADB: {USER: dane}\n").settings())
        .containsEntry("broker.kind", "rabbitmq")
        .doesNotContainKeys("faces.elasticsearch.listen", "dane.workers.password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"- a\n- b\n", "just words", "a: [1\nb: 2", "\"unfinished"})
  void what_is_no_map_is_refused_with_its_name(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("config.yml");
  }

  @Test
  void a_file_that_goes_on_for_ever_is_refused() {
    assertThatThrownBy(() -> read("a: " + "b".repeat(2 << 20)))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("longer");
  }

  private DaneFile read(String text) throws IOException {
    Path file = folder.resolve("config.yml");
    Files.write(file, List.of(text));
    return DaneFile.read(file);
  }
}
