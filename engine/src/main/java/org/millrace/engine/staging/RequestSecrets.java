package org.millrace.engine.staging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.millrace.domain.task.HttpRequest;

/**
 * Keeps the secrets of requests out of the store and out of sight: those in their URLs as {@link
 * UrlSecrets} knows them, and the values of headers that are named like credentials. Bodies are
 * left alone. Thread-safe.
 *
 * <p>Contract: {@code open(seal(request)).equals(request)}, and {@code seal(request)} holds nothing
 * of the secrets.
 */
public final class RequestSecrets {
  private static final Set<String> HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "cookie2");

  /** As parts of a name: {@code Ocp-Apim-Subscription-Key}, {@code X-Auth-User}. */
  private static final Pattern PART =
      Pattern.compile("(^|[-_])(key|auth|session|password|pwd)([-_]|$)", Pattern.CASE_INSENSITIVE);

  /** What it holds is no credential, and services are asked for it. */
  private static final Pattern OPEN =
      Pattern.compile("(^|[-_])idempotency[-_]key$", Pattern.CASE_INSENSITIVE);

  /** A part of a secret that is shorter would be found in texts that have nothing to do with it. */
  private static final int SHORTEST = 4;

  private final UrlSecrets urls;

  public RequestSecrets(UrlSecrets urls) {
    this.urls = urls;
  }

  /** Whether the value of a header is a secret. */
  public static boolean isSecret(String header) {
    return !OPEN.matcher(header).find()
        && (HEADERS.contains(header.toLowerCase(Locale.ROOT))
            || PART.matcher(header).find()
            || UrlSecrets.isSecretName(header));
  }

  /** The request with each secret replaced by a token. */
  public HttpRequest seal(HttpRequest request) {
    return changed(request, urls::seal, (_, value) -> urls.sealText(value));
  }

  /**
   * The request as it was before {@link #seal}; one that was never sealed, unchanged.
   *
   * @throws IllegalArgumentException when it was sealed under another key, or altered since
   */
  public HttpRequest open(HttpRequest request) {
    return changed(request, urls::open, (_, value) -> urls.openText(value));
  }

  /**
   * The request of a plan with each secret that holds no reference to what is known later replaced
   * by a token; {@link #open} gives back what was written, whatever that was.
   *
   * @throws org.millrace.domain.failure.Refusal naming the place in {@code field}, if a secret is
   *     partly a reference
   */
  public HttpRequest sealPlan(String field, HttpRequest request) {
    return changed(
        request,
        url -> urls.sealPlan(field + ".url", url),
        (name, value) ->
            PlannedSecret.isWrittenOut(field + ".headers." + name, value)
                ? urls.sealText(value)
                : value);
  }

  /** A text for people in which nothing is left of the secrets of a request that was opened. */
  public static String without(HttpRequest opened, String text) {
    String clean = text;
    for (String secret : secretsOf(opened)) {
      clean = clean.replace(secret, "***");
    }
    return clean;
  }

  /** Of {@code Bearer TOKEN} the token alone as well. */
  private static List<String> secretsOf(HttpRequest request) {
    List<String> secrets = new ArrayList<>(UrlSecrets.secretsOf(request.url()));
    request
        .headers()
        .forEach((name, value) -> {
          if (isSecret(name)) {
            secrets.add(value);
            secrets.add(value.substring(value.indexOf(' ') + 1));
          }
        });
    return secrets.stream().filter(secret -> secret.length() >= SHORTEST).toList();
  }

  private static HttpRequest changed(
      HttpRequest request, UnaryOperator<String> url, BinaryOperator<String> header) {
    Map<String, String> headers = new LinkedHashMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> headers.put(name, isSecret(name) ? header.apply(name, value) : value));
    return new HttpRequest(request.method(), url.apply(request.url()), headers, request.body());
  }
}
