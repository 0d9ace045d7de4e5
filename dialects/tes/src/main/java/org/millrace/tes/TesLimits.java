package org.millrace.tes;

/**
 * How large a task may be. What is above a limit is refused with 400, a body above its own with
 * 413.
 *
 * @param bodyBytes of a request body, after decoding
 * @param contentBytes of one {@code inputs[].content}, in UTF-8; the standard demands 128 KiB
 * @param executors in one task
 * @param inputs in one task
 * @param outputs in one task
 * @param volumes in one task
 * @param tags in one task; the same for {@code backend_parameters}
 * @param tagKeyCharacters of a key of {@code tags}
 * @param tagValueCharacters of a value of {@code tags}
 * @param nameCharacters of the task's {@code name}, which lists are searched by
 */
public record TesLimits(
    long bodyBytes,
    int contentBytes,
    int executors,
    int inputs,
    int outputs,
    int volumes,
    int tags,
    int tagKeyCharacters,
    int tagValueCharacters,
    int nameCharacters) {

  /** What the standard says must be accepted. */
  private static final int LEAST_CONTENT = 128 << 10;

  /** Roomy for people, too small for harm. */
  public static final TesLimits DEFAULT =
      new TesLimits(64L << 20, 16 << 20, 1_000, 10_000, 10_000, 1_000, 1_000, 255, 4_096, 4_096);

  public TesLimits {
    check(bodyBytes >= LEAST_CONTENT, "body-bytes: at least 131072");
    check(contentBytes >= LEAST_CONTENT, "content-bytes: at least 131072, says the standard");
    check(executors >= 1, "executors: at least 1");
    check(inputs >= 0, "inputs: not negative");
    check(outputs >= 0, "outputs: not negative");
    check(volumes >= 0, "volumes: not negative");
    check(tags >= 0, "tags: not negative");
    check(tagKeyCharacters >= 1, "tag-key-characters: at least 1");
    check(tagValueCharacters >= 0, "tag-value-characters: not negative");
    check(nameCharacters >= 0, "name-characters: not negative");
  }

  private static void check(boolean right, String rule) {
    if (!right) {
      throw new IllegalArgumentException("tes.limits." + rule);
    }
  }
}
