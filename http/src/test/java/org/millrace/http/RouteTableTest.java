package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of several templates a path means. */
final class RouteTableTest {
  private static final Handler NOTHING = _ -> Answer.empty(200);

  private static RouteTable table(String... templates) {
    Routes routes = Routes.under("");
    Arrays.stream(templates).forEach(template -> routes.get(template, NOTHING));
    return new RouteTable(TestFace.of("test", routes));
  }

  private static final RouteTable TABLE =
      table(
          "/DANE/search/document",
          "/DANE/search/{source}",
          "/a/{x}/end",
          "/a/b/{y}",
          "/t/{id}",
          "/t/{id}:cancel",
          "/t/pre-{id}",
          "/t/pre-{id}.txt",
          "/files/{path*}",
          "/files/{id}/meta",
          "/t/{id}/logs/{stream}");

  @ParameterizedTest
  @CsvSource({
    "/DANE/search/document, /DANE/search/document",
    "/DANE/search/other, /DANE/search/{source}",
    "/a/b/end, /a/b/{y}",
    "/a/c/end, /a/{x}/end",
    "/t/1, /t/{id}",
    "/t/1:cancel, /t/{id}:cancel",
    "/t/:cancel, /t/{id}",
    "/t/pre-1, /t/pre-{id}",
    "/t/pre-, /t/{id}",
    "/t/pre-1.txt, /t/pre-{id}.txt",
    "/t/pre-1:cancel, /t/{id}:cancel",
    "/t/1/logs/stdout, /t/{id}/logs/{stream}",
    "/files/a, /files/{path*}",
    "/files/a/b/c, /files/{path*}",
    "/files/a/meta, /files/{id}/meta",
    "/files/a/meta/b, /files/{path*}",
    "/files, /files/{path*}",
  })
  void the_most_literal_template_wins(String path, String template) {
    assertThat(TABLE.find("GET", RequestPath.of(path)))
        .hasValueSatisfying(match -> assertThat(match.route().template()).isEqualTo(template));
  }

  @Test
  void parameters_are_those_of_the_template_that_won() {
    assertThat(TABLE.find("GET", RequestPath.of("/t/1/logs/stdout")).orElseThrow().parameters())
        .isEqualTo(Map.of("id", "1", "stream", "stdout"));
    assertThat(TABLE.find("GET", RequestPath.of("/a/b/end")).orElseThrow().parameters())
        .isEqualTo(Map.of("y", "end"));
    assertThat(TABLE.find("GET", RequestPath.of("/files/a/b")).orElseThrow().parameters())
        .isEqualTo(Map.of("path", "a/b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/DANE", "/DANE/search", "/t", "/t/1/logs", "/a/b", "/t/1/2"})
  void what_no_template_means_is_not_found(String path) {
    assertThat(TABLE.find("GET", RequestPath.of(path))).isEmpty();
    assertThat(TABLE.methods(RequestPath.of(path))).isEmpty();
  }

  @Test
  void a_less_literal_template_helps_out_with_its_methods() {
    Routes routes =
        Routes.under("")
            .get("/d/search", NOTHING)
            .on("PATCH", "/d/{id}", NOTHING, Access.SIGNED_IN)
            .delete("/d/{id}", NOTHING);
    var table = new RouteTable(TestFace.of("test", routes));

    assertThat(table.find("DELETE", RequestPath.of("/d/search"))).isPresent();
    assertThat(table.methods(RequestPath.of("/d/search")))
        .containsExactly("DELETE", "GET", "HEAD", "OPTIONS", "PATCH");
  }

  @Test
  void a_handler_for_head_of_its_own_wins_over_get() {
    Routes routes = Routes.under("").get("/x", NOTHING).on("HEAD", "/x", NOTHING, Access.OPEN);
    var table = new RouteTable(TestFace.of("test", routes));

    assertThat(table.find("HEAD", RequestPath.of("/x")).orElseThrow().route().access())
        .isEqualTo(Access.OPEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/{a}{b}", "/{}", "/{a", "/{a*}x", "/x}{"})
  void a_template_that_cannot_be_read_is_refused(String template) {
    assertThatThrownBy(() -> table(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(template);
  }

  @Test
  void one_place_has_one_parameter_name() {
    assertThatThrownBy(() -> table("/t/{id}", "/t/{name}/logs"))
        .hasMessageContaining("{name}")
        .hasMessageContaining("{id}");
  }
}
