package org.millrace.dane.elasticsearch;

import org.millrace.http.Answer;
import org.millrace.http.ErrorForm;
import org.millrace.http.Problem;

/**
 * Refusals and failures as Elasticsearch tells them. What is not served at all is 400, as there;
 * the rest keeps its status, on which Python's client decides: it repeats what got 502 to 504.
 */
final class EsErrors implements ErrorForm {

  @Override
  public Answer answer(Problem problem, String path) {
    return Product.json(error(problem, path));
  }

  private static EsError error(Problem problem, String path) {
    return switch (problem.type()) {
      case "unknown-path" ->
          EsError.illegal(
              "no handler found for uri ["
                  + NotUnderstood.shortened(path)
                  + "]: "
                  + NotUnderstood.WHO);
      case "unauthenticated", "denied" -> of(problem, "security_exception");
      case "too-many" -> of(problem, "es_rejected_execution_exception");
      case "unavailable" -> of(problem, "unavailable_shards_exception");
      case "too-large" -> of(problem, "content_too_long_exception");
      case "not-found" -> of(problem, "resource_not_found_exception");
      case "internal-error" -> of(problem, "exception");
      default -> of(problem, EsError.ILLEGAL);
    };
  }

  private static EsError of(Problem problem, String type) {
    return new EsError(problem.status(), type, problem.detail());
  }
}
