package org.millrace.dane.elasticsearch;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.millrace.dane.elasticsearch.Shape.Differs;
import org.millrace.dane.elasticsearch.Shape.Fits;
import org.millrace.domain.value.Value;

/**
 * The one change by query that DANE makes: tasks of a key that show a state get 205 and {@code
 * Manual reset} ({@code contracts/dane.md 3.9}), by a script of two assignments. Which task shows
 * what is the engine's to say, so it asks for them again, which tells just that.
 */
record MassReset(String key, int number) {
  private static final String PLACE = "body";
  private static final Shape SCRIPT =
      Shape.of(
          """
          {"source": "$source"}\
          """);
  private static final Shape SCRIPT_AND_LANGUAGE =
      Shape.of(
          """
          {"source": "$source", "lang": "painless"}\
          """);
  private static final Pattern SETS_STATE_AND_MESSAGE =
      Pattern.compile(
          "ctx\\._source"
              + "(\\['task'\\]\\['state'\\]|\\.task\\.state)=205;"
              + "ctx\\._source"
              + "(\\['task'\\]\\['msg'\\]|\\.task\\.msg)='Manualreset';?");

  /**
   * Reads one.
   *
   * @throws org.millrace.domain.failure.Refusal invalid: any other change
   */
  static MassReset of(Value body) {
    if (!(body instanceof Value.Fields(Map<String, Value> fields))
        || !fields.keySet().equals(Set.of("query", "script"))) {
      throw NotUnderstood.at(PLACE + ", which is to have a query and a script,");
    }
    if (!SETS_STATE_AND_MESSAGE
        .matcher(source(fields.getOrDefault("script", Value.NOTHING)))
        .matches()) {
      throw NotUnderstood.at("script.source");
    }
    if (Templates.read(fields.getOrDefault("query", Value.NOTHING))
        instanceof Query.TasksNumbered(var key, var number)) {
      return new MassReset(key, number);
    }
    throw NotUnderstood.at("a change of what this query finds");
  }

  /** Without the spaces in it. */
  private static String source(Value script) {
    Shape.Fit alone = SCRIPT.fit(script, "script");
    Shape.Fit fit = alone instanceof Fits ? alone : SCRIPT_AND_LANGUAGE.fit(script, "script");
    return switch (fit) {
      case Fits fits when fits.first("source") instanceof Value.Text(String source) ->
          source.replaceAll("\\s", "");
      case Fits _ -> throw NotUnderstood.at("script.source");
      case Differs(String place, _) -> throw NotUnderstood.at(place);
    };
  }
}
