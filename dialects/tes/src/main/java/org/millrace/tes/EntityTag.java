package org.millrace.tes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;

/**
 * Names a body in a view, so that who polls is not sent again what it has. Immutable.
 *
 * <p>Contract (RFC 9110, 8.8.3 and 13.1.2): a strong tag, made of the view and of every byte of the
 * body. A request whose {@code If-None-Match} holds the tag, weak or strong, or is {@code *}, gets
 * 304 with the tag and no body; HEAD the same. {@code no-store} does not stand in the way: a client
 * may remember what it was told, only caches may not.
 *
 * @param text as in the header, quotes and all
 */
record EntityTag(String text) {
  private static final Pattern GIVEN = Pattern.compile("(?:W/)?(\"[^\"]*\")|(\\*)");

  /** More than chance or malice can make alike. */
  private static final int BYTES = 18;

  static EntityTag of(View view, byte[] body) {
    MessageDigest digest = sha256();
    digest.update((view + "\n").getBytes(StandardCharsets.US_ASCII));
    byte[] hash = Arrays.copyOf(digest.digest(body), BYTES);
    return new EntityTag('"' + Base64.getUrlEncoder().encodeToString(hash) + '"');
  }

  /** This body, or that it has not changed. */
  Answer answer(Exchange exchange, byte[] body) {
    Answer answer = isIn(exchange.headers("If-None-Match")) ? Answer.empty(304) : Answer.json(body);
    return answer.with("ETag", text);
  }

  private boolean isIn(List<String> lines) {
    return lines.stream()
        .map(GIVEN::matcher)
        .flatMap(Matcher::results)
        .anyMatch(given -> given.group(2) != null || text.equals(given.group(1)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
