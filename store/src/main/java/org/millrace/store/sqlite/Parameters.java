package org.millrace.store.sqlite;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The named parameters of a statement: {@code :lane}. */
final class Parameters {
  private static final Pattern COMMENT = Pattern.compile("--[^\\n]*");
  private static final Pattern PARAMETER = Pattern.compile(":([a-z_]+)");

  private Parameters() {}

  /** The number of each: SQLite counts them from 1, in the order in which each is named first. */
  static Map<String, Integer> of(String sql) {
    var numbers = new LinkedHashMap<String, Integer>();
    Matcher names = PARAMETER.matcher(COMMENT.matcher(sql).replaceAll(""));
    while (names.find()) {
      numbers.putIfAbsent(names.group(1), numbers.size() + 1);
    }
    return Map.copyOf(numbers);
  }
}
