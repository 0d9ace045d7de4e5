package org.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.broker.EmbeddedConfig;
import org.millrace.dane.DaneConfig.HttpAuth;
import org.millrace.dane.elasticsearch.ElasticsearchConfig;
import org.millrace.http.Listener;

/** Where faces listen, and who may then call. */
class FacesSectionTest {
  private static final String HASH = "$2y$04$KmEIuH3aJjFdcB8V/UPzCu4Dw.8ktKzgYYc87P0ai.fIRCpDYZHE.";

  @Test
  void all_faces_but_elasticsearch_share_a_port() {
    assertThat(config().http().listeners())
        .containsExactly(
            new Listener("http.port", "127.0.0.1", 8080, Set.of("health", "tes", "api", "dane")));
  }

  @Test
  void a_face_may_have_an_address_of_its_own_besides() {
    assertThat(
            config("faces.dane.listen=[::1]:5500", "faces.elasticsearch.listen=9200")
                .http()
                .listeners())
        .contains(
            new Listener("faces.dane.listen", "::1", 5500, Set.of("dane", "health")),
            new Listener(
                "faces.elasticsearch.listen",
                "127.0.0.1",
                9200,
                Set.of("elasticsearch", "health")));
  }

  @Test
  void one_that_is_off_listens_nowhere() {
    assertThat(config("faces.dane.listen=5500", "faces.dane.enabled=false").http().listeners())
        .hasSize(1);
  }

  @Test
  void an_address_that_is_none_is_named() {
    assertThat(problems("faces.dane.listen=5500x")).contains("faces.dane.listen", "5500x");
    assertThat(problems("faces.dane.listen=127.0.0.1:70000")).contains("70000");
  }

  @Test
  void where_others_can_reach_a_face_somebody_signs_in() {
    assertThat(problems("faces.dane.listen=0.0.0.0:5500")).contains("faces.dane.listen: others");
    assertThat(
            config("faces.dane.listen=0.0.0.0:5500", "security.users.ada=" + HASH)
                .dane()
                .config()
                .httpAuth())
        .isEqualTo(HttpAuth.REQUIRED);
    assertThat(
            problems(
                "faces.dane.listen=0.0.0.0:5500",
                "security.users.ada=" + HASH,
                "dane.http-auth=open"))
        .contains("dane.http-auth: others can reach");
    assertThat(
            config(
                    "faces.dane.listen=0.0.0.0:5500",
                    "security.users.ada=" + HASH,
                    "dane.open-to=10.1.0.0/16")
                .dane()
                .config()
                .httpAuth())
        .isEqualTo(HttpAuth.OPEN);
    assertThat(problems("dane.open-to=10.1.0.0/99")).contains("dane.open-to");
    assertThat(problems("faces.dane.listen=0.0.0.0:5500")).contains("name in dane.open-to");
    assertThat(config().dane().config().httpAuth()).isEqualTo(HttpAuth.OPEN);
  }

  /** DESIGN 5: a list of networks is enough where others can reach DANE's face, and only there. */
  @Test
  void networks_that_need_not_sign_in_make_users_needless_for_danes_face_alone() {
    String open = "dane.open-to=10.1.0.0/16";
    ServerConfig reachable = config("faces.dane.listen=0.0.0.0:5500", open);
    assertThat(reachable.dane().config().httpAuth()).isEqualTo(HttpAuth.OPEN);
    assertThat(reachable.onLoopback()).isFalse();
    assertThat(problems("http.host=0.0.0.0", open))
        .contains("http.host: others can reach", "faces.dane.listen");
    assertThat(problems("faces.api.listen=0.0.0.0:8000", open)).contains("faces.api.listen: ");
    assertThat(problems("faces.dane.listen=0.0.0.0:5500", open, "dane.http-auth=required"))
        .contains("faces.dane.listen: others can reach", "(dane.http-auth: open)");
    assertThat(
            config("http.host=0.0.0.0", "faces.tes.enabled=false", "faces.api.enabled=false", open)
                .onLoopback())
        .as("DANE's face alone is left there")
        .isFalse();
    assertThat(config(open).onLoopback()).isTrue();
  }

  @Test
  void the_pair_of_workers_makes_users_needless_for_what_they_search() {
    assertThat(
            config(
                    "faces.elasticsearch.listen=0.0.0.0:9200",
                    "dane.workers.user=elastic",
                    "dane.workers.password=rosebud")
                .onLoopback())
        .isFalse();
  }

  @Test
  void where_others_can_reach_what_workers_search_these_sign_in() {
    String[] reachable = {"faces.elasticsearch.listen=0.0.0.0:9200", "security.users.ada=" + HASH};
    assertThat(problems(reachable)).contains("dane.workers.user: others can reach");
    assertThat(problems("dane.workers.user=elastic")).contains("together");
    assertThat(
            config("dane.workers.user=elastic", "dane.workers.password=rosebud")
                .dane()
                .elasticsearch()
                .workers())
        .contains(new ElasticsearchConfig.Pair("elastic", "rosebud"));
    assertThat(problems("dane.workers.user=a:b", "dane.workers.password=c")).contains("colon");
  }

  @Test
  void a_broker_that_others_can_reach_has_a_password_that_they_cannot_guess() {
    assertThat(problems("broker.kind=embedded", "broker.host=0.0.0.0"))
        .contains("broker.password: others can reach the broker");
    assertThat(
            config("broker.kind=embedded", "broker.host=0.0.0.0", "broker.password=rosebud")
                .broker())
        .isInstanceOf(BrokerSection.Embedded.class);
  }

  @Test
  void the_broker_is_given_the_names_that_dane_uses() {
    BrokerSection broker =
        config(
                "broker.kind=embedded",
                "dane.exchange=a",
                "dane.job-exchange=b",
                "dane.response-queue=c")
            .broker();

    assertThat(broker)
        .isInstanceOfSatisfying(
            BrokerSection.Embedded.class,
            embedded -> {
              EmbeddedConfig said = embedded.config();
              assertThat(said.exchanges()).containsExactly("a", "b");
              assertThat(said.answerQueue()).isEqualTo("c");
              assertThat(said.data()).endsWithRaw(Path.of("broker"));
            });
  }

  @Test
  void what_is_said_of_the_broker_must_make_sense() {
    assertThat(problems("broker.kind=rabbitmq", "broker.port=0")).contains("broker: ");
    assertThat(problems("broker.management=a b")).contains("broker.management");
    assertThat(config("broker.kind=rabbitmq").broker()).isInstanceOf(BrokerSection.Rabbit.class);
    assertThat(config().broker()).isEqualTo(new BrokerSection.None());
  }

  private static ServerConfig config(String... settings) {
    return ServerConfig.from(sources(settings));
  }

  private static String problems(String... settings) {
    return String.join(
        "\n", catchThrowableOfType(BadConfiguration.class, () -> config(settings)).problems());
  }

  private static Sources sources(String... settings) {
    var sources = new Sources();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      sources.flag(setting.substring(0, equals), setting.substring(equals + 1), "test");
    }
    return sources;
  }
}
