package org.millrace.dane.elasticsearch;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.millrace.dane.PythonInt;
import org.millrace.dane.PythonJson;
import org.millrace.dane.elasticsearch.Shape.Differs;
import org.millrace.dane.elasticsearch.Shape.Fits;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;

/**
 * The queries that DANE's programs are known to make, as they write them ({@code contracts/dane.md
 * 3.9}), and what each of them means. Pure.
 */
final class Templates {
  private static final String PLACE = "query";
  private static final int LEAST_STATE = Short.MIN_VALUE; // as the index maps it
  private static final int MOST_STATE = Short.MAX_VALUE;

  private static final List<Template> ALL =
      List.of(
          template(
              """
              {"match": {"_id": "$id"}}\
              """,
              holes -> new Query.ById(holes.text("id"))),
          template(
              """
              {"bool": {"must": [
                {"has_child": {"type": "task", "query": {"match": {"_id": "$task"}}}}]}}\
              """,
              holes -> new Query.DocumentOf(holes.text("task"))),
          template(
              """
              {"bool": {"must": [
                {"wildcard": {"target.id": {"value": "$target"}}},
                {"wildcard": {"creator.id": {"value": "$creator"}}}]}}\
              """,
              holes -> new Query.Documents(holes.text("target"), holes.text("creator"))),
          template(
              """
              {"bool": {"must": [
                {"query_string": {"default_field": "creator.id", "query": "$creator"}}]}}\
              """,
              holes -> new Query.DocumentsOfCreator(holes.term("creator"))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "document",
                  "query": {"exists": {"field": "target.id"}}}},
                {"match": {"_id": "$task"}},
                {"exists": {"field": "task.key"}}]}}\
              """,
              holes -> new Query.TaskById(holes.text("task"))),
          template(
              """
              {"bool": {"must": [
                {"match": {"_routing": "$document"}},
                {"exists": {"field": "task.key"}}]}}\
              """,
              holes -> new Query.TasksOf(holes.text("document"), Optional.empty())),
          template(
              """
              {"bool": {"must": [
                {"match": {"_routing": "$document"}},
                {"exists": {"field": "task.key"}},
                {"match": {"task.key": "$key"}}]}}\
              """,
              holes -> new Query.TasksOf(holes.text("document"), Optional.of(holes.text("key")))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "document",
                  "query": {"match": {"_id": "$document"}}}},
                {"match": {"task.key": "$key"}}]}}\
              """,
              holes -> new Query.TasksOf(holes.text("document"), Optional.of(holes.text("key")))),
          template(
              """
              {"bool": {
                "must": [
                  {"has_parent": {"parent_type": "document",
                    "query": {"exists": {"field": "target.id"}}}}],
                "must_not": ["$many", {"match": {"task.state": "$state"}}]}}\
              """,
              holes -> new Query.TasksExcept(Optional.empty(), holes.states("state"))),
          template(
              """
              {"bool": {
                "must": [
                  {"has_parent": {"parent_type": "document",
                    "query": {"exists": {"field": "target.id"}}}},
                  {"match": {"task.key": "$key"}}],
                "must_not": ["$many", {"match": {"task.state": "$state"}}]}}\
              """,
              holes ->
                  new Query.TasksExcept(Optional.of(holes.text("key")), holes.states("state"))),
          template(
              """
              {"bool": {"must": [
                {"match": {"task.key": "$key"}},
                {"match": {"task.state": "$state"}}]}}\
              """,
              holes -> new Query.TasksNumbered(holes.text("key"), holes.state("state"))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "document", "query": {"bool": {"must": [
                  {"query_string": {"default_field": "creator.id", "query": "$creator"}}]}}}},
                {"query_string": {"default_field": "task.key", "query": "$key"}}]}}\
              """,
              holes -> new Query.TasksOfCreator(holes.term("creator"), holes.term("key"))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "document", "query": {"bool": {"must": [
                  {"query_string": {"default_field": "target.id", "query": "$target"}}]}}}},
                {"query_string": {"default_field": "task.key", "query": "$key"}}]}}\
              """,
              holes -> new Query.TasksOfTarget(holes.term("target"), holes.term("key"))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "task",
                  "query": {"exists": {"field": "task.key"}}}},
                {"match": {"_id": "$result"}},
                {"exists": {"field": "result.generator.id"}}]}}\
              """,
              holes -> new Query.ResultById(holes.text("result"))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "task", "query": {"bool": {"should":
                  ["$many", {"match": {"_id": "$task"}}]}}}},
                {"exists": {"field": "result.generator.id"}}]}}\
              """,
              holes -> new Query.ResultsOf(holes.texts("task"))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "task", "query": {"match": {"_id": "$task"}}}},
                {"exists": {"field": "result.generator.id"}}]}}\
              """,
              holes -> new Query.ResultsOf(holes.texts("task"))),
          template(
              """
              {"parent_id": {"type": "result", "id": "$task"}}\
              """,
              holes -> new Query.ResultsOf(holes.texts("task"))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "task", "query": {"bool": {"must": [
                  {"has_parent": {"parent_type": "document", "query": {"bool": {"must": [
                    {"query_string": {"default_field": "creator.id", "query": "$creator"}}]}}}},
                  {"query_string": {"default_field": "task.key", "query": "$key"}}]}}}},
                {"exists": {"field": "result.payload"}}]}}\
              """,
              holes -> new Query.ResultsOfCreator(holes.term("creator"), holes.term("key"))),
          template(
              """
              {"bool": {"must": [
                {"has_parent": {"parent_type": "task", "query": {"bool": {"must": [
                  {"has_parent": {"parent_type": "document", "query": {"bool": {"must": [
                    {"query_string": {"default_field": "target.id", "query": "$target"}}]}}}},
                  {"query_string": {"default_field": "task.key", "query": "$key"}}]}}}},
                {"exists": {"field": "result.payload"}}]}}\
              """,
              holes -> new Query.ResultsOfTarget(holes.term("target"), holes.term("key"))),
          template(
              """
              {"bool": {"should": [
                {"bool": {"must": [
                  {"has_parent": {"parent_type": "document",
                    "query": {"match": {"_id": "$document"}}}},
                  {"exists": {"field": "task.key"}}]}},
                {"bool": {"must": [
                  {"has_parent": {"parent_type": "task", "query":
                    {"has_parent": {"parent_type": "document",
                      "query": {"match": {"_id": "$document"}}}}}},
                  {"exists": {"field": "result.generator.id"}}]}}]}}\
              """,
              holes -> new Query.Below(holes.sameText("document"))));

  private Templates() {}

  private record Template(Shape shape, Function<Holes, Query> meaning) {}

  private static Template template(String shape, Function<Holes, Query> meaning) {
    return new Template(Shape.of(shape), meaning);
  }

  /**
   * What a query asks for.
   *
   * @throws Refusal invalid: no template has its shape; names the place where it departs from the
   *     template that it has most in common with
   */
  static Query read(Value query) {
    var nearest = new Differs(PLACE, -1);
    for (Template template : ALL) {
      switch (template.shape.fit(query, PLACE)) {
        case Fits fits -> {
          return template.meaning.apply(new Holes(fits));
        }
        case Differs differs -> nearest = differs.agreed() > nearest.agreed() ? differs : nearest;
      }
    }
    throw NotUnderstood.at(nearest.place());
  }

  /** What stood in the holes of a shape. */
  private record Holes(Fits fits) {

    List<String> texts(String hole) {
      return fits.all(hole).stream().map(Holes::text).toList();
    }

    String text(String hole) {
      return text(fits.first(hole));
    }

    private static String text(Value value) {
      return value instanceof Value.Text(String text) ? text : PythonJson.line(value);
    }

    /** Where a shape names the same thing twice. */
    String sameText(String hole) {
      List<String> distinct = texts(hole).stream().distinct().toList();
      if (distinct.size() > 1) {
        throw NotUnderstood.at(PLACE + ": two different values for the " + hole);
      }
      return distinct.getFirst();
    }

    /**
     * The one term that a {@code query_string} is taken for, with or without double quotes around:
     * an exact term, where Elasticsearch reads a language ({@code contracts/dane.md 8}). What asks
     * for more than one value in that language is refused, not taken for a value.
     */
    String term(String hole) {
      String text = text(hole);
      boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
      if (!quoted && (text.indexOf('*') >= 0 || text.indexOf('?') >= 0)) {
        throw NotUnderstood.at(
            "query_string, which is one exact " + hole + " here: a wildcard in it");
      }
      return quoted ? text.substring(1, text.length() - 1) : text;
    }

    int state(String hole) {
      return state(fits.first(hole), hole);
    }

    Set<Integer> states(String hole) {
      return fits.all(hole).stream().map(value -> state(value, hole)).collect(Collectors.toSet());
    }

    private static int state(Value value, String hole) {
      OptionalInt state = PythonInt.clamped(value, LEAST_STATE, MOST_STATE);
      return state.orElseThrow(
          () -> Refusal.invalid(PLACE, "the task." + hole + " is a number, not " + value.kind()));
    }
  }
}
