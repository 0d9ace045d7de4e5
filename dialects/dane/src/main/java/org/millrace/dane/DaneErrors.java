package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.millrace.domain.value.Value;
import org.millrace.http.Answer;
import org.millrace.http.ErrorForm;
import org.millrace.http.Problem;

/**
 * Refusals and failures as DANE has them, {@code {"message": ...}}, for every path ({@code
 * contracts/dane.md 1.4}; the original answers some of them with pages).
 */
final class DaneErrors implements ErrorForm {
  private static final String NOT_FOUND =
      "The requested URL was not found on the server. If you entered the URL manually please check"
          + " your spelling and try again.";
  private static final String NOTHING_NAMED = Requests.notFound().failure().message();
  private static final String OTHER_METHOD = "The method is not allowed for the requested URL.";
  private static final String DEFECT =
      "The server encountered an internal error and was unable to complete your request. Either the"
          + " server is overloaded or there is an error in the application.";

  @Override
  public Answer answer(Problem problem, String path) {
    return JobPages.have(path)
        ? JobPages.page(problem.status(), text(problem))
        : message(problem.status(), text(problem));
  }

  private static String text(Problem problem) {
    return switch (problem.type()) {
      case "unknown-path" -> NOT_FOUND;
      case "not-found" -> problem.detail().equals(NOTHING_NAMED) ? NOT_FOUND : problem.detail();
      case "method-not-allowed" -> OTHER_METHOD;
      case "internal-error" ->
          DEFECT + problem.incident().map(number -> " Incident " + number + ".").orElse("");
      case "invalid" -> withoutField(problem);
      default -> problem.detail();
    };
  }

  /** The texts of the contract name the place by themselves, where they do. */
  private static String withoutField(Problem problem) {
    String before = problem.field().orElse("") + ": ";
    String detail = problem.detail();
    return detail.startsWith(before) ? detail.substring(before.length()) : detail;
  }

  /** An answer that says why. */
  static Answer message(int status, String text) {
    var body = new Value.Fields(Map.of("message", new Value.Text(text)));
    return Answer.json(status, PythonJson.indented(body).getBytes(StandardCharsets.US_ASCII));
  }
}
