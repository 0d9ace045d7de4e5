package org.millrace.tes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.millrace.http.Answer;
import org.millrace.http.ErrorForm;
import org.millrace.http.Problem;

/**
 * Refusals and failures as TESP has them, for programs that were written against it.
 *
 * <p>Contract ({@code contracts/tes.md 2.1}): what cannot be read, a body of a foreign content type
 * among it, is 422 with the place and the reason in a list of {@code detail}; 401, an unknown path
 * and a wrong method have a text there. The rest has TESP's own form, which is also the usual one
 * here ({@link TesErrors}): a page token that is not ours and an unsupported backend parameter
 * under {@code backend_parameters_strict} are 400 in it.
 */
final class TespErrors implements ErrorForm {
  private static final int UNREADABLE = 422;
  private static final Set<String> PARAMETERS =
      Set.of("view", "state", "name_prefix", "page_size", "tag_key", "tag_value");
  private static final Set<String> PLACES = Set.of("body", "query");
  private static final Pattern STEP = Pattern.compile("\\[(\\d{1,9})]|[^.\\[]+");

  private final TesJson json;
  private final TesErrors own;

  TespErrors(TesJson json, TesErrors own) {
    this.json = json;
    this.own = own;
  }

  /** A text that says it all. */
  record Detail(String detail) {}

  /** All that cannot be read; we stop at the first. */
  record Details(List<Place> detail) {}

  /** What is wrong where; {@code loc} has texts, and numbers for places in lists. */
  record Place(List<Object> loc, String msg, String type) {}

  @Override
  public Answer answer(Problem problem, String path) {
    return switch (problem.type()) {
      case "unauthenticated" -> detail(problem, problem.detail());
      case "unknown-path", "method-not-allowed" -> detail(problem, problem.title());
      case "unsupported-media-type" -> unreadable("body", problem.detail());
      case "invalid" -> invalid(problem, path);
      default -> own.answer(problem, path);
    };
  }

  private Answer invalid(Problem problem, String path) {
    String field = problem.field().orElse("body");
    boolean understood =
        field.equals("page_token") || field.startsWith("resources.backend_parameters.");
    return understood
        ? own.answer(problem, path)
        : unreadable(field, reason(field, problem.detail()));
  }

  private static String reason(String field, String detail) {
    String before = field + ": ";
    return detail.startsWith(before) ? detail.substring(before.length()) : detail;
  }

  private Answer detail(Problem problem, String text) {
    return answer(problem.status(), new Detail(Unicode.valid(text)));
  }

  private Answer unreadable(String field, String reason) {
    Place place =
        reason.equals("is required")
            ? new Place(loc(field), "field required", "value_error.missing")
            : new Place(loc(field), Unicode.valid(reason), "value_error");
    return answer(UNREADABLE, new Details(List.of(place)));
  }

  /** {@code executors[0].image} as {@code ["body", "executors", 0, "image"]}. */
  private static List<Object> loc(String field) {
    List<Object> loc = new ArrayList<>();
    if (!PLACES.contains(field)) {
      loc.add(PARAMETERS.contains(field) ? "query" : "body");
    }
    STEP.matcher(field).results().map(TespErrors::step).forEach(loc::add);
    return loc;
  }

  private static Object step(MatchResult step) {
    Optional<String> index = Optional.ofNullable(step.group(1));
    return index.isPresent() ? Integer.valueOf(index.get()) : Unicode.valid(step.group());
  }

  private Answer answer(int status, Object body) {
    return TesErrors.neverKept(Answer.json(status, json.write(body)));
  }
}
