package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.dane.PythonJson;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;

class TemplatesTest {
  private static final String OF_A_DOCUMENT =
      """
      {"has_parent": {"parent_type": "document", "query": {"exists": {"field": "target.id"}}}}\
      """;

  static Value json(String text) {
    try {
      return PythonJson.read(text);
    } catch (PythonJson.NotJson wrong) {
      throw new AssertionError(text, wrong);
    }
  }

  private static Query read(String query) {
    return Templates.read(json(query));
  }

  private static String refused(String query) {
    try {
      throw new AssertionError("taken for " + read(query));
    } catch (Refusal refusal) {
      return refusal.failure().message();
    }
  }

  @Test
  void the_tasks_that_a_worker_cannot_do() {
    assertThat(
            read(
                """
                {"bool": {"must": [%s, {"match": {"task.key": "ASR"}}],
                 "must_not": [{"match": {"task.state": 102}}, {"match": {"task.state": "200"}},
                   {"match": {"task.state": 412}}]}}\
                """
                    .formatted(OF_A_DOCUMENT)))
        .isEqualTo(new Query.TasksExcept(Optional.of("ASR"), Set.of(102, 200, 412)));
  }

  @Test
  void results_of_one_task_of_many_and_of_a_parent() {
    assertThat(read("{\"parent_id\": {\"type\": \"result\", \"id\": \"t\"}}"))
        .isEqualTo(new Query.ResultsOf(List.of("t")));
    assertThat(
            read(
                """
                {"bool": {"must": [{"has_parent": {"parent_type": "task", "query": {"bool":
                  {"should": [{"match": {"_id": "a"}}, {"match": {"_id": "b"}}]}}}},
                  {"exists": {"field": "result.generator.id"}}]}}\
                """))
        .isEqualTo(new Query.ResultsOf(List.of("a", "b")));
  }

  @Test
  void what_dane_workflows_asks_by_target() {
    String task =
        """
        {"bool": {"must": [{"has_parent": {"parent_type": "document", "query": {"bool": {"must": [
          {"query_string": {"default_field": "target.id", "query": "a:b/c"}}]}}}},
          {"query_string": {"default_field": "task.key", "query": "ASR"}}]}}\
        """;
    assertThat(read(task)).isEqualTo(new Query.TasksOfTarget("a:b/c", "ASR"));
    assertThat(
            read(
                """
                {"bool": {"must": [{"has_parent": {"parent_type": "task", "query": %s}},
                  {"exists": {"field": "result.payload"}}]}}\
                """
                    .formatted(task)))
        .isEqualTo(new Query.ResultsOfTarget("a:b/c", "ASR"));
  }

  @Test
  void the_order_of_fields_does_not_matter_and_numbers_may_stand_for_texts() {
    assertThat(read("{\"parent_id\": {\"id\": 12345, \"type\": \"result\"}}"))
        .isEqualTo(new Query.ResultsOf(List.of("12345")));
    assertThat(read("{\"match\": {\"_id\": true}}")).isEqualTo(new Query.ById("true"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"ACME\"   | ACME",
        "\"A*? C\"  | A*? C",
        "\"\"\"\"   | \"\"",
        "ACME       | ACME",
        "\"         | \"",
      })
  void a_query_string_is_one_exact_term(String text, String term) {
    assertThat(
            read(
                """
                {"bool": {"must": [{"query_string": {"default_field": "creator.id", "query": %s}}]}}\
                """
                    .formatted(PythonJson.line(new Value.Text(text)))))
        .isEqualTo(new Query.DocumentsOfCreator(term));
  }

  @ParameterizedTest
  @CsvSource({"A*", "A?", "*"})
  void a_wildcard_in_a_query_string_is_refused(String text) {
    assertThat(
            refused(
                """
                {"bool": {"must": [{"query_string": {"default_field": "creator.id", "query": "%s"}}]}}\
                """
                    .formatted(text)))
        .contains("query_string", "exact creator", "wildcard");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"match_all\": {}} | query.match_all",
        "{\"match\": {\"_id\": [\"a\"]}} | query.match._id",
        "{\"match\": {\"_id\": \"a\", \"boost\": 2}} | query.match.boost",
        "{\"match\": {}} | query.match",
        "[] | query",
        "\"text\" | query",
        "null | query",
        "{\"bool\": {\"must\": [{\"match\": {\"_routing\": \"a\"}}, {\"fuzzy\": {}}]}}"
            + " | query.bool.must[1].fuzzy",
        "{\"bool\": {\"must\": [{\"match\": {\"_routing\": \"a\"}}]}} | query.bool.must",
        "{\"bool\": {\"must\": {}}} | query.bool.must",
        "{\"parent_id\": {\"type\": \"task\", \"id\": \"a\"}} | query.parent_id.type",
        "{\"bool\": {\"must\": [], \"filter\": []}} | query.bool.filter",
      })
  void what_is_no_template_is_refused_by_the_place_where_it_departs(String query, String place) {
    assertThat(refused(query)).startsWith(place + ": not understood: this is Millrace's face");
  }

  @Test
  void a_state_is_a_number() {
    assertThat(
            refused(
                """
                {"bool": {"must": [%s], "must_not": [{"match": {"task.state": "done"}}]}}\
                """
                    .formatted(OF_A_DOCUMENT)))
        .contains("the task.state is a number");
    assertThat(
            refused(
                """
                {"bool": {"must": [%s], "must_not": []}}\
                """
                    .formatted(OF_A_DOCUMENT)))
        .startsWith("query.bool.must_not: ");
  }

  @Test
  void what_lies_below_is_below_one_document() {
    String below =
        """
        {"bool": {"should": [
          {"bool": {"must": [
            {"has_parent": {"parent_type": "document", "query": {"match": {"_id": "a"}}}},
            {"exists": {"field": "task.key"}}]}},
          {"bool": {"must": [
            {"has_parent": {"parent_type": "task", "query": {"has_parent":
              {"parent_type": "document", "query": {"match": {"_id": "%s"}}}}}},
            {"exists": {"field": "result.generator.id"}}]}}]}}\
        """;
    assertThat(read(below.formatted("a"))).isEqualTo(new Query.Below("a"));
    assertThat(refused(below.formatted("b"))).contains("two different values for the document");
  }

  @Test
  void only_the_mass_reset_changes_by_query() {
    String query =
        """
        {"bool": {"must": [{"match": {"task.key": "ASR"}}, {"match": {"task.state": "500"}}]}}\
        """;
    String body = "{\"query\": %s, \"script\": {\"source\": %s%s}}";
    String script =
        "ctx._source['task']['state'] = 205; ctx._source['task']['msg'] = 'Manual reset';";
    String text = PythonJson.line(new Value.Text(script));
    assertThat(MassReset.of(json(body.formatted(query, text, ""))))
        .isEqualTo(new MassReset("ASR", 500));
    assertThat(MassReset.of(json(body.formatted(query, text, ", \"lang\": \"painless\""))))
        .isEqualTo(new MassReset("ASR", 500));
    assertThatThrownBy(() -> MassReset.of(json(body.formatted(query, text, ", \"params\": {}"))))
        .hasMessageStartingWith("script.params: not understood");
    assertThatThrownBy(
            () -> MassReset.of(json(body.formatted(query, text.replace("205", "200"), ""))))
        .hasMessageStartingWith("script.source: not understood");
    assertThatThrownBy(() -> MassReset.of(json(body.formatted(query, "205", ""))))
        .hasMessageStartingWith("script.source: not understood");
    assertThatThrownBy(
            () -> MassReset.of(json(body.formatted("{\"match\": {\"_id\": \"a\"}}", text, ""))))
        .hasMessageStartingWith("a change of what this query finds: not understood");
    assertThatThrownBy(() -> MassReset.of(json("{\"query\": {}}")))
        .hasMessageStartingWith("body, which is to have a query and a script");
    assertThatThrownBy(() -> MassReset.of(json("[]")))
        .hasMessageStartingWith("body, which is to have a query and a script");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "true | {\"role\": 1, \"task\": 2}",
        "\"task\" | {\"task\": 2}",
        "\"false\" | {}",
        "[\"task\", \"created_at\"] | {\"task\": 2}",
        "{\"excludes\": [\"role\"]} | {\"task\": 2}",
        "{\"includes\": \"role\", \"excludes\": []} | {\"role\": 1}",
      })
  void whole_fields_are_shown_or_left_out(String filter, String shown) {
    var source = (Value.Fields) json("{\"role\": 1, \"task\": 2}");
    assertThat(SourceFilter.of(json(filter)).applyTo(source)).contains((Value.Fields) json(shown));
  }

  @Test
  void nothing_is_shown_to_whoever_wants_nothing() {
    var source = (Value.Fields) json("{\"role\": 1}");
    assertThat(SourceFilter.of(json("false")).applyTo(source)).isEmpty();
    assertThat(SourceFilter.of(_ -> Optional.of("false")).applyTo(source)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"3", "null", "\"task.*\"", "[3]", "{\"include\": []}", "{\"excludes\": 3}"})
  void other_filters_are_refused(String filter) {
    assertThatThrownBy(() -> SourceFilter.of(json(filter)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("_source")
        .hasMessageContaining("not understood");
  }
}
