package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.dane.elasticsearch.ElasticsearchConfig.Pair;

/** Who gets in, what the face gives itself out for, and what HTTP may bring. */
class ReachingTheFaceTest {
  private static final String ILLEGAL = "illegal_argument_exception";
  private static final ElasticsearchConfig STANDARD = ElasticsearchConfig.standard();
  private static final Pair PAIR = new Pair("workers", "se:cret");

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_product_is_there_and_so_is_its_index() {
    try (var server = EsServer.start()) {
      JsonNode about = server.get("/").ok();
      assertThat(about.path("version").path("number").asText()).isEqualTo("7.17.9");
      assertThat(about.path("version").path("build_flavor").asText()).isEqualTo("default");
      assertThat(about.path("tagline").asText()).isEqualTo("You Know, for Search");
      assertThat(head(server, "/dane-index").status()).isEqualTo(200);
      assertThat(head(server, "/").status()).isEqualTo(200);
      assertThat(head(server, "/another").status()).isEqualTo(404);
      JsonNode made = server.send("PUT", "/dane-index", "{\"mappings\": {}}").ok();
      assertThat(made.path("acknowledged").asBoolean()).isTrue();
      assertThat(made.path("index").asText()).isEqualTo("dane-index");
    }
  }

  private static EsServer.Reply head(EsServer server, String path) {
    EsServer.Reply reply =
        server.send(server.request(path).method("HEAD", BodyPublishers.noBody()));
    assertThat(reply.header("X-Elastic-Product")).contains("Elasticsearch");
    return reply;
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /another",
    "GET, /another/_doc/x",
    "DELETE, /another/_doc/x",
    "POST, /another/_search",
    "POST, /another/_bulk",
    "POST, /another/_msearch",
    "POST, /another/_doc",
    "PUT, /another/_doc/x?op_type=create",
    "POST, /another/_update/x",
    "POST, /another/_delete_by_query",
    "POST, /another/_update_by_query"
  })
  void there_is_no_other_index(String method, String path) {
    try (var server = EsServer.start()) {
      EsServer.Reply reply = server.send(method, path, "{}");
      assertThat(reply.refusedWith(404, "index_not_found_exception"))
          .startsWith("no such index [another]")
          .contains("[dane-index]");
      assertThat(reply.json().path("error").path("index").asText()).isEqualTo("another");
    }
  }

  @Test
  void the_index_has_the_name_that_is_configured() {
    var config = new ElasticsearchConfig(STANDARD.space(), "other", STANDARD.workers(), 1 << 20);
    try (var server = EsServer.start(config)) {
      assertThat(head(server, "/other").status()).isEqualTo(200);
      assertThat(head(server, "/dane-index").status()).isEqualTo(404);
    }
  }

  @Test
  void the_pair_of_the_workers_gets_in_and_nobody_else() {
    try (var server = EsServer.start(STANDARD.with(PAIR))) {
      server.get("/", "Authorization", basic("workers:se:cret")).ok();
      for (String wrong :
          new String[] {basic("workers:secret"), basic("elastic:se:cret"), "Bearer x"}) {
        EsServer.Reply reply = server.get("/", "Authorization", wrong);
        reply.refusedWith(401, "security_exception");
        assertThat(reply.header("WWW-Authenticate").orElse("")).startsWith("Basic realm=");
        assertThat(reply.body()).doesNotContain("se:cret");
      }
      server.get("/").refusedWith(401, "security_exception");
      server.search("{}").refusedWith(401, "security_exception");
      assertThat(head(server, "/dane-index").status()).isEqualTo(401);
      for (int i = 0; i < 20; i++) {
        server.get("/", "Authorization", basic("workers:guess" + i));
      }
      server
          .get("/", "Authorization", basic("workers:another guess"))
          .refusedWith(429, "es_rejected_execution_exception");
      server.get("/", "Authorization", basic("workers:se:cret")).ok();
    }
  }

  @Test
  void without_a_pair_nobody_but_this_machine_may_connect() {
    assertThatThrownBy(() -> EsServer.startOn("0.0.0.0", STANDARD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("faces.elasticsearch.listen");
    try (var server = EsServer.startOn("0.0.0.0", STANDARD.with(PAIR))) {
      assertThat(server.address()).isNotNull();
    }
  }

  @Test
  void a_password_is_in_no_text() {
    assertThat(STANDARD.with(PAIR).toString()).contains("workers").doesNotContain("se:cret");
  }

  @Test
  void bad_configuration_is_refused_by_its_key() {
    assertThatThrownBy(() -> new Pair("a:b", "x")).hasMessageContaining("dane.workers.user");
    assertThatThrownBy(() -> new Pair(" ", "x")).hasMessageContaining("dane.workers.user");
    assertThatThrownBy(() -> new Pair("u".repeat(256), "x")).hasMessageContaining("workers.user");
    assertThatThrownBy(() -> new Pair("a", "")).hasMessageContaining("dane.workers.password");
    assertThatThrownBy(() -> new Pair("a", "é".repeat(37)))
        .hasMessageContaining("dane.workers.password");
    for (String index : new String[] {"", "_a", "A", "a/b", "a".repeat(101)}) {
      assertThatThrownBy(
              () -> new ElasticsearchConfig(STANDARD.space(), index, STANDARD.workers(), 1 << 20))
          .hasMessageContaining("dane.elasticsearch.index");
    }
    assertThatThrownBy(() -> STANDARD.withBodyBytes(1000)).hasMessageContaining("body-bytes");
    assertThatThrownBy(() -> STANDARD.withBodyBytes(2L << 30)).hasMessageContaining("body-bytes");
    assertThat(STANDARD.bodyBytes()).isEqualTo(100 << 20);
    assertThat(STANDARD.index()).isEqualTo("dane-index");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /_cluster/health, 400", "GET, /dane-index/_mapping, 400", "POST, /_search, 405",
    "GET, /dane-index, 405", "DELETE, /dane-index, 405", "PATCH, /, 405",
    "GET, /dane-index/_search, 405", "POST, /dane-index/_count, 400", "PUT, /a/b/c/d/e, 400"
  })
  void what_is_not_served_says_so_in_the_same_form(String method, String path, int status) {
    try (var server = EsServer.start()) {
      server.send(method, path, "{}").refusedWith(status, ILLEGAL);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/x-ndjson",
        "application/vnd.elasticsearch+json;compatible-with=7",
        "application/vnd.elasticsearch+x-ndjson;compatible-with=7"
      })
  void json_may_be_called_as_the_client_calls_it(String type) {
    try (var server = EsServer.start()) {
      server
          .send(
              "POST",
              "/dane-index/_search",
              "{\"query\": {\"match\": {\"_id\": \"x\"}}}",
              "Content-Type",
              type)
          .ok();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonp"})
  void nothing_else_is_taken_for_json(String type) {
    try (var server = EsServer.start()) {
      for (String path : new String[] {"_search", "_bulk", "_msearch", "_doc", "_update/x"}) {
        assertThat(
                server
                    .send("POST", "/dane-index/" + path, "{}", "Content-Type", type)
                    .refusedWith(400, ILLEGAL))
            .contains("[" + type + "] is not supported");
      }
    }
  }

  @Test
  void bodies_may_be_zipped_and_not_be_too_large() throws IOException {
    try (var server = EsServer.start(STANDARD.withBodyBytes(2 << 20))) {
      String search = "{\"query\": {\"match\": {\"_id\": \"x\"}}}";
      server.send(zipped(server, search)).ok();
      server
          .send(zipped(server, search + " ".repeat(2 << 20)))
          .refusedWith(413, "content_too_long_exception");
      assertThat(
              server
                  .search(search + " ".repeat(1 << 20))
                  .refusedWith(413, "content_too_long_exception"))
          .contains("a query has at most");
      server
          .post("/_bulk", "{\"create\": {}}\n" + " ".repeat(3 << 20))
          .refusedWith(413, "content_too_long_exception");
    }
  }

  private static HttpRequest.Builder zipped(EsServer server, String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return server
        .request("/dane-index/_search")
        .header("Content-Type", "application/json")
        .header("Content-Encoding", "gzip")
        .POST(BodyPublishers.ofByteArray(bytes.toByteArray()));
  }
}
