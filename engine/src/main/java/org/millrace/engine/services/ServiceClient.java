package org.millrace.engine.services;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sends requests to services over HTTP. Every address dialled, that of each redirect included, is
 * asked of the {@link org.millrace.engine.staging.Destinations} policy. Obeys interruption; bounded
 * in memory; thread-safe. Messages never hold credentials of URLs.
 *
 * <h2>Contract</h2>
 *
 * <ul>
 *   <li>What is sent is sent once, on a connection of its own: no request is ever repeated here.
 *   <li>307 and 308 are followed with the same method and body, 301, 302 and 303 for GET and HEAD;
 *       for other methods they are no answer. At most five, never from {@code https} to {@code
 *       http}, and to another server without the headers that are secrets. A status that is
 *       accepted is not followed.
 *   <li>The time limit covers all of it: looking up the name, connecting, sending, redirects,
 *       headers and body, however slowly they drip.
 * </ul>
 */
public interface ServiceClient {

  /**
   * Says what is wrong with a URL before anything is stored; does no I/O.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Invalid} or {@code Denied}, naming {@code
   *     field}
   */
  void check(String field, String url);

  /** Sends it and returns what came back, whatever its status. */
  Answer ask(Ask ask, Duration within) throws NoAnswer, InterruptedException;

  /**
   * What is sent.
   *
   * @param headers secrets in clear
   * @param accepted statuses that are an answer even where they lead elsewhere
   * @param mostBytes of the body of the answer
   */
  record Ask(
      String method,
      String url,
      Map<String, String> headers,
      Optional<Content> content,
      Set<Integer> accepted,
      int mostBytes) {
    public Ask {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
      accepted = Set.copyOf(accepted);
    }
  }

  /** A body; sent as UTF-8. */
  record Content(String text, String type) {}

  /**
   * What came back.
   *
   * @param type the Content-Type, as it was written
   * @param body read as UTF-8, what is none replaced
   * @param isCut whether there was more of the body than was to be read
   */
  record Answer(int status, Optional<String> type, String body, boolean isCut) {}
}
