package org.millrace.dane.elasticsearch;

import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.millrace.http.Query;

/** Parameters of requests. One that is not known might change what is asked for. */
final class Parameters {
  /** How, and how soon, something is answered: here always at once and for all to see. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of(
          "pretty",
          "human",
          "error_trace",
          "timeout",
          "master_timeout",
          "wait_for_active_shards",
          "refresh",
          "preference",
          "realtime",
          "request_cache",
          "conflicts");

  private Parameters() {}

  /**
   * Lets a request pass.
   *
   * @param names that mean something to it
   * @throws org.millrace.domain.failure.Refusal invalid: there are others
   */
  static Query checked(Query query, String... names) {
    var unknown = new HashSet<>(query.names());
    unknown.removeAll(WITHOUT_MEANING);
    Arrays.asList(names).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw NotUnderstood.at("the parameter " + unknown);
    }
    return query;
  }

  /** Whether the request wants others to see it at once. */
  static boolean refreshes(Query query) {
    return query.one("refresh").filter(text -> text.isEmpty() || text.equals("true")).isPresent();
  }

  /** Which part of what is found a search asks for. */
  static SearchRequest.Parameters part(Query query) {
    return new SearchRequest.Parameters(number(query, "from"), number(query, "size"));
  }

  private static OptionalInt number(Query query, String name) {
    int number = (int) query.number(name, -1, 0, 1 << 30);
    return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }
}
