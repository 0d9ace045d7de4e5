package org.millrace.dane.elasticsearch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.millrace.domain.value.Value;

/**
 * Which fields of an object somebody wants to see: {@code _source} of a search and its relatives
 * among parameters. Names of whole fields alone, as the templates have them.
 *
 * @param shown false: not even that there are none
 * @param only empty: all
 * @param without these
 */
record SourceFilter(boolean shown, Optional<Set<String>> only, Set<String> without) {
  static final SourceFilter ALL = new SourceFilter(true, Optional.empty(), Set.of());
  private static final SourceFilter NONE = new SourceFilter(false, Optional.empty(), Set.of());
  private static final String PLACE = "_source";
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]+");

  SourceFilter {
    only = only.map(Set::copyOf);
    without = Set.copyOf(without);
  }

  /**
   * What the body of a search says: true or false, a name, a list of names, or names under {@code
   * includes} and {@code excludes}. The text {@code "false"} is a name, and no field has it.
   */
  static SourceFilter of(Value value) {
    return switch (value) {
      case Value.Truth(boolean all) -> all ? ALL : NONE;
      case Value.Text _, Value.Items _ -> only(names(value, PLACE));
      case Value.Fields(Map<String, Value> fields) -> of(fields);
      case Value.Numeral _, Value.Nothing _ -> throw NotUnderstood.at(PLACE);
    };
  }

  private static SourceFilter of(Map<String, Value> fields) {
    for (String name : fields.keySet()) {
      if (!name.equals("includes") && !name.equals("excludes")) {
        throw NotUnderstood.at(PLACE + "." + name);
      }
    }
    return new SourceFilter(
        true, names(fields, "includes"), names(fields, "excludes").orElse(Set.of()));
  }

  private static Optional<Set<String>> names(Map<String, Value> fields, String key) {
    return Optional.ofNullable(fields.get(key)).map(value -> names(value, PLACE + "." + key));
  }

  /**
   * What the parameters of a request say.
   *
   * @param parameter the value of one, if it is there
   */
  static SourceFilter of(Function<String, Optional<String>> parameter) {
    Optional<Set<String>> without = list(parameter, "_source_excludes");
    Optional<Set<String>> only = list(parameter, "_source_includes");
    String whole = parameter.apply(PLACE).orElse("true");
    return switch (whole) {
      case "", "true" -> new SourceFilter(true, only, without.orElse(Set.of()));
      case "false" -> NONE;
      default -> new SourceFilter(true, Optional.of(names(whole, PLACE)), without.orElse(Set.of()));
    };
  }

  private static Optional<Set<String>> list(
      Function<String, Optional<String>> parameter, String name) {
    return parameter.apply(name).map(text -> names(text, name));
  }

  private static Set<String> names(String list, String place) {
    return List.of(list.split(",", -1)).stream()
        .map(name -> name(name, place))
        .collect(Collectors.toSet());
  }

  private static Set<String> names(Value value, String place) {
    return switch (value) {
      case Value.Text(String name) -> Set.of(name(name, place));
      case Value.Items(List<Value> items) ->
          items.stream()
              .map(item -> {
                if (item instanceof Value.Text(String name)) {
                  return name(name, place);
                }
                throw NotUnderstood.at(place);
              })
              .collect(Collectors.toSet());
      case Value.Numeral _, Value.Truth _, Value.Nothing _, Value.Fields _ ->
          throw NotUnderstood.at(place);
    };
  }

  private static String name(String name, String place) {
    if (!NAME.matcher(name).matches()) {
      throw NotUnderstood.at(place + " '" + name + "', which is no name of a whole field");
    }
    return name;
  }

  private static SourceFilter only(Set<String> names) {
    return new SourceFilter(true, Optional.of(names), Set.of());
  }

  /** What is left of an object; empty if it is not to be shown. */
  Optional<Value.Fields> applyTo(Value.Fields source) {
    if (!shown) {
      return Optional.empty();
    }
    Map<String, Value> left = new LinkedHashMap<>(source.values());
    only.ifPresent(left.keySet()::retainAll);
    left.keySet().removeAll(without);
    return Optional.of(new Value.Fields(left));
  }
}
