package org.millrace.api.graph;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One word out of a few. */
final class Choice {
  private Choice() {}

  /** How the words are written in files. */
  enum Case {
    LOWER,
    UPPER;

    private String of(Enum<?> word) {
      return this == LOWER ? word.name().toLowerCase(Locale.ROOT) : word.name();
    }
  }

  static <E extends Enum<E>> Optional<E> of(Cursor in, Class<E> words) throws IOException {
    return of(in, words, Case.LOWER);
  }

  static <E extends Enum<E>> Optional<E> of(Cursor in, Class<E> words, Case how)
      throws IOException {
    Optional<String> text = in.text();
    Optional<E> word =
        text.flatMap(given ->
            Arrays.stream(words.getEnumConstants())
                .filter(one -> how.of(one).equals(given))
                .findFirst());
    if (text.isPresent() && word.isEmpty()) {
      List<String> known = Arrays.stream(words.getEnumConstants()).map(how::of).toList();
      in.fault("must be one of " + String.join(", ", known) + ", not " + Shown.quoted(text.get()));
    }
    return word;
  }
}
