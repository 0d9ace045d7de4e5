package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Chance for requests that nobody should send. How many requests: {@code -Dmillrace.requests}; a
 * seed that failed is told, and replayed with {@code -Dmillrace.seed}.
 */
final class HostileRandom {
  /** So many requests a seed plays. */
  static final int PER_SEED = 200;

  private static final int SEEDS = Integer.getInteger("millrace.requests", 1_000) / PER_SEED;
  private static final Optional<Long> REPLAYED = Optional.ofNullable(Long.getLong("millrace.seed"));

  private final Random random;

  HostileRandom(long seed) {
    random = new Random(seed);
  }

  /**
   * Plays each seed, or the one that is replayed.
   *
   * @param play what a seed has seen, and how often
   * @return the same of all; empty when one is replayed, which sees little
   */
  static Optional<Map<String, Integer>> play(LongFunction<Map<String, Integer>> play) {
    Map<String, Integer> seen = new TreeMap<>();
    REPLAYED
        .map(LongStream::of)
        .orElseGet(() -> LongStream.range(0, Math.max(5, SEEDS)))
        .forEach(seed ->
            play(seed, play).forEach((what, times) -> seen.merge(what, times, Integer::sum)));
    System.getLogger("hostile").log(System.Logger.Level.INFO, "requests: {0}", seen);
    return REPLAYED.isEmpty() ? Optional.of(seen) : Optional.empty();
  }

  /** Plays a tenth of so many seeds, others than those. */
  static void playFew(LongFunction<Map<String, Integer>> play) {
    for (long seed = 1_000; seed < 1_000 + Math.max(2, SEEDS / 10); seed++) {
      play(seed, play);
    }
  }

  private static Map<String, Integer> play(long seed, LongFunction<Map<String, Integer>> play) {
    try {
      return play.apply(seed);
    } catch (AssertionError | RuntimeException broken) {
      return fail("seed " + seed + ": replay with -Dmillrace.seed=" + seed, broken);
    }
  }

  <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Comes about once in so many times. */
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** A text as a segment or parameter of an address. */
  static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** As much of a body as tells what was wrong with it. */
  static String shown(String body) {
    return body.length() <= 500 ? body : body.substring(0, 500) + "…";
  }

  /** Nothing of what goes on inside is in an answer. */
  static void assertTellsNothing(String answer, String what) {
    assertThat(answer)
        .as(what)
        .doesNotContain("org.millrace")
        .doesNotContain("java.")
        .doesNotContain("Exception")
        .doesNotContain("\tat ");
  }
}
