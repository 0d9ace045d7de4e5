package org.millrace.server.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a benchmark found.
 *
 * @param limit what the value is compared with, in the same unit
 * @param limitIs what that limit was, for people
 * @param ratio of the two, such that more is better
 * @param atLeast the budget for the ratio
 * @param more further figures, by name
 */
record Result(
    String name,
    double value,
    String unit,
    double limit,
    String limitIs,
    double ratio,
    double atLeast,
    Map<String, Double> more) {

  /** A rate: the more the better. */
  static Result ofRate(
      String name, double value, String unit, double limit, String limitIs, double atLeast) {
    return new Result(name, value, unit, limit, limitIs, value / limit, atLeast, Map.of());
  }

  /** A time: the less the better. */
  static Result ofTime(
      String name, double value, String unit, double limit, String limitIs, double atLeast) {
    return new Result(name, value, unit, limit, limitIs, limit / value, atLeast, Map.of());
  }

  Result with(String figure, double number) {
    Map<String, Double> figures = new LinkedHashMap<>(more);
    figures.put(figure, number);
    return new Result(name, value, unit, limit, limitIs, ratio, atLeast, figures);
  }

  boolean isEnough() {
    return ratio >= atLeast;
  }

  /** One line of JSON. */
  String line() {
    ObjectNode line = new JsonMapper().createObjectNode();
    line.put("name", name);
    line.put("value", rounded(value));
    line.put("unit", unit);
    line.put("limit", rounded(limit));
    line.put("ratio", rounded(ratio));
    line.put("at_least", atLeast);
    line.put("limit_is", limitIs);
    more.forEach((figure, number) -> line.put(figure, rounded(number)));
    return line.toString();
  }

  private static double rounded(double number) {
    return Math.round(number * 1000) / 1000.0;
  }
}
