package org.millrace.server.config;

import java.util.List;

/**
 * One value as it was found.
 *
 * @param texts one text for a plain value, any number for a list
 * @param origin where it came from, for people: {@code default}, a file's name, a variable's name,
 *     a flag
 */
record Setting(List<String> texts, boolean isList, String origin) {

  static Setting of(String text, String origin) {
    return new Setting(List.of(text), false, origin);
  }

  static Setting ofList(List<String> texts, String origin) {
    return new Setting(List.copyOf(texts), true, origin);
  }

  String text() {
    return String.join(", ", texts);
  }
}
