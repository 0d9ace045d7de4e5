package org.millrace.sdk;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Binding keys of the topic exchange ({@code contracts/dane.md 3.3}). */
final class Topic {
  private static final Set<String> FIRST_WORDS =
      Stream.concat(Arrays.stream(TargetType.values()).map(TargetType::word), Stream.of("*", "#"))
          .collect(Collectors.toUnmodifiableSet());

  private Topic() {}

  /** Refuses a key that no document can match. */
  static String checked(String bindingKey) {
    String first = bindingKey.split("\\.", -1)[0];
    if (!FIRST_WORDS.contains(first)) {
      throw new IllegalArgumentException(
          "the binding key "
              + bindingKey
              + " begins with none of Dataset, Image, Video, Sound, Text, * and #");
    }
    return bindingKey;
  }

  /** As the exchange decides: {@code *} is one word, {@code #} any number of them. */
  static boolean matches(String bindingKey, String routingKey) {
    return matches(words(bindingKey), words(routingKey));
  }

  private static boolean matches(List<String> pattern, List<String> words) {
    if (pattern.isEmpty()) {
      return words.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    return switch (pattern.getFirst()) {
      case "#" ->
          matches(rest, words)
              || (!words.isEmpty() && matches(pattern, words.subList(1, words.size())));
      case "*" -> !words.isEmpty() && matches(rest, words.subList(1, words.size()));
      default ->
          !words.isEmpty()
              && pattern.getFirst().equals(words.getFirst())
              && matches(rest, words.subList(1, words.size()));
    };
  }

  private static List<String> words(String key) {
    return List.of(key.split("\\.", -1));
  }
}
