package org.millrace.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.failure.Cause;
import org.millrace.testkit.Fixtures;

/** What workers answered in vain can be looked at, by those who see everything. */
@Timeout(60)
final class DeadLettersOverHttpTest {
  private static final Cause WHY = new Cause("answer-unreadable", "it is not JSON", "");

  @TempDir private Path folder;
  private ApiServer server;

  @BeforeEach
  void start() {
    server = ApiServer.in(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void put(int second, byte[] body) {
    server
        .deadLetters()
        .put(
            DeadLetter.of(
                Fixtures.NOON.plusSeconds(second), Optional.of("task-" + second), body, WHY),
            1000);
  }

  @Test
  void they_are_listed_page_by_page_the_newest_first() throws Exception {
    for (int i = 1; i <= 3; i++) {
      put(i, ("body " + i).getBytes(UTF_8));
    }
    JsonNode first = server.json("/dead-letters?page_size=2");
    assertThat(first.path("dead_letters").findValuesAsText("correlation_id"))
        .containsExactly("task-3", "task-2");
    JsonNode newest = first.at("/dead_letters/0");
    assertThat(newest.path("at").asText()).isEqualTo(Fixtures.NOON.plusSeconds(3).toString());
    assertThat(newest.path("text").asText()).isEqualTo("body 3");
    assertThat(newest.path("length").asInt()).isEqualTo(6);
    assertThat(newest.path("cut").asBoolean()).isFalse();
    assertThat(newest.path("why").toString())
        .isEqualTo("{\"code\":\"answer-unreadable\",\"message\":\"it is not JSON\"}");

    String token = first.path("next_page_token").asText();
    JsonNode second = server.json("/dead-letters?page_size=2&page_token=" + token);
    assertThat(second.path("dead_letters").findValuesAsText("text")).containsExactly("body 1");
    assertThat(second.has("next_page_token")).isFalse();
  }

  @Test
  void a_body_is_text_where_it_is_utf_8_and_base64_elsewhere() throws Exception {
    byte[] bytes = {(byte) 0xff, 0, 'x'};
    put(1, bytes);
    put(2, "h\u00e9".getBytes(UTF_8));
    byte[] half = {'h', (byte) 0xc3}; // whole, and no UTF-8
    put(3, half);
    put(4, ("x" + "\u00e9".repeat(DeadLetter.MOST_KEPT / 2)).getBytes(UTF_8)); // cut within one

    JsonNode letters = server.json("/dead-letters").path("dead_letters");

    assertThat(letters.path(0).path("cut").asBoolean()).isTrue();
    assertThat(letters.path(0).path("length").asInt()).isEqualTo(DeadLetter.MOST_KEPT + 1);
    assertThat(letters.path(0).path("text").asText())
        .isEqualTo("x" + "\u00e9".repeat(DeadLetter.MOST_KEPT / 2 - 1));
    assertThat(letters.path(1).path("base64").asText())
        .isEqualTo(Base64.getEncoder().encodeToString(half));
    assertThat(letters.path(2).path("text").asText()).isEqualTo("h\u00e9");
    assertThat(letters.path(3).has("text")).isFalse();
    assertThat(letters.path(3).path("base64").asText())
        .isEqualTo(Base64.getEncoder().encodeToString(bytes));
  }

  @Test
  void all_of_them_are_forgotten_on_request() throws Exception {
    for (int i = 1; i <= 3; i++) {
      put(i, new byte[0]);
    }
    assertThat(forget().path("forgotten").asInt()).isEqualTo(3);
    assertThat(server.deadLetters().count()).isZero();
    assertThat(forget().path("forgotten").asInt()).isZero();
  }

  private JsonNode forget() throws Exception {
    return ApiServer.described("DELETE", "/dead-letters", server.send("DELETE", "/dead-letters"));
  }

  @Test
  void whoever_sees_only_what_is_theirs_sees_none_and_forgets_none() throws Exception {
    put(1, new byte[0]);
    for (String method : new String[] {"GET", "DELETE"}) {
      var answer = server.send(method, "/dead-letters", "Authorization", "User ada");
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(ApiServer.described(method, "/dead-letters", answer).path("detail").asText())
          .contains("belongs to others");
    }
    assertThat(server.deadLetters().count()).isEqualTo(1);
  }

  @Test
  void a_page_that_cannot_be_is_refused() throws Exception {
    for (String query : new String[] {"page_size=101", "page_size=0", "page_token=x", "size=1"}) {
      assertThat(server.get("/dead-letters?" + query).statusCode()).as(query).isEqualTo(400);
    }
  }
}
