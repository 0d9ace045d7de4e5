package org.millrace.http;

/**
 * What a face tolerates.
 *
 * @param trailingSlash at the end of a path
 * @param repeatedSlashes within a path
 * @param contentType of a request that has a body
 * @param bodyLimit most bytes of a request body, counted as sent and again after decoding; above it
 *     413
 */
public record FaceRules(
    TrailingSlash trailingSlash,
    RepeatedSlashes repeatedSlashes,
    ContentType contentType,
    long bodyLimit) {

  /** Friendly: slashes do not matter, any content type, at most 64 MiB. */
  public static final FaceRules STANDARD =
      new FaceRules(TrailingSlash.IGNORED, RepeatedSlashes.COLLAPSED, ContentType.ANY, 64L << 20);

  public FaceRules {
    if (bodyLimit < 0) {
      throw new IllegalArgumentException("body limit: not negative");
    }
  }

  public FaceRules with(TrailingSlash rule) {
    return new FaceRules(rule, repeatedSlashes, contentType, bodyLimit);
  }

  public FaceRules with(RepeatedSlashes rule) {
    return new FaceRules(trailingSlash, rule, contentType, bodyLimit);
  }

  public FaceRules with(ContentType rule) {
    return new FaceRules(trailingSlash, repeatedSlashes, rule, bodyLimit);
  }

  /**
   * {@link Long#MAX_VALUE}: no limit. Such a face streams its bodies to somewhere that has one, and
   * so takes no part in the memory that bodies may fill ({@link HttpConfig#bodyMemory}).
   */
  public FaceRules withBodyLimit(long bytes) {
    return new FaceRules(trailingSlash, repeatedSlashes, contentType, bytes);
  }

  /** Whether bodies go elsewhere piece by piece, instead of being held. */
  boolean streamsBodies() {
    return bodyLimit == Long.MAX_VALUE;
  }

  /** Whether {@code /tasks/} is {@code /tasks}. */
  public enum TrailingSlash {
    IGNORED,
    EXACT
  }

  /** Whether {@code //tasks} is {@code /tasks}. */
  public enum RepeatedSlashes {
    COLLAPSED,
    EXACT
  }

  /** Which bodies are let in. */
  public enum ContentType {
    ANY,
    /** None given, {@code application/json} or {@code application/*+json}; others get 415. */
    JSON
  }
}
