package org.millrace.dane.elasticsearch;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.millrace.domain.document.Space;

/**
 * How workers reach what they take for Elasticsearch.
 *
 * @param space whose documents they see
 * @param index its name there: {@code ELASTICSEARCH.INDEX} of the workers
 * @param workers who they sign in as; empty: as nobody, and then nobody but this machine may
 *     connect
 * @param bodyBytes most bytes of a request, results and bulk requests included
 */
public record ElasticsearchConfig(
    Space space, String index, Optional<Pair> workers, long bodyBytes) {
  /** As Elasticsearch has it ({@code http.max_content_length}). */
  static final long USUAL_BODY = 100L << 20;

  private static final Pattern INDEX = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");
  private static final long LEAST_BODY = 64L << 10;
  private static final long MOST_BODY = 1L << 30;

  public ElasticsearchConfig {
    check(
        INDEX.matcher(index).matches(),
        "elasticsearch.index: 1 to 100 lower-case letters, digits, dots, dashes or underscores,"
            + " beginning with a letter or digit");
    check(
        bodyBytes >= LEAST_BODY && bodyBytes <= MOST_BODY,
        "elasticsearch.body-bytes: " + LEAST_BODY + " to " + MOST_BODY + ", not " + bodyBytes);
  }

  /** The names of the originals, for this machine alone. */
  public static ElasticsearchConfig standard() {
    return new ElasticsearchConfig(new Space("dane"), "dane-index", Optional.empty(), USUAL_BODY);
  }

  /** The same for workers who sign in. */
  public ElasticsearchConfig with(Pair pair) {
    return new ElasticsearchConfig(space, index, Optional.of(pair), bodyBytes);
  }

  /** The same with another bound for bodies. */
  public ElasticsearchConfig withBodyBytes(long most) {
    return new ElasticsearchConfig(space, index, workers, most);
  }

  /** The one user that workers are, and its password ({@code dane.workers}). */
  public record Pair(String user, String password) {
    /** bcrypt looks at no more. */
    private static final int LONGEST_PASSWORD = 72;

    public Pair {
      check(
          !user.isBlank() && user.length() <= 255 && user.indexOf(':') < 0,
          "workers.user: a name of 1 to 255 characters without a colon");
      int length = password.getBytes(StandardCharsets.UTF_8).length;
      check(
          length >= 1 && length <= LONGEST_PASSWORD,
          "workers.password: 1 to " + LONGEST_PASSWORD + " bytes");
    }

    /** Never the password. */
    @Override
    public String toString() {
      return "workers as " + user;
    }
  }

  private static void check(boolean right, String rule) {
    if (!right) {
      throw new IllegalArgumentException("dane." + rule);
    }
  }
}
