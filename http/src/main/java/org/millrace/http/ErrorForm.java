package org.millrace.http;

/**
 * How a face dresses its refusals. A pure function; an answer of its own choice, status included.
 */
@FunctionalInterface
public interface ErrorForm {

  /**
   * {@code application/problem+json} (RFC 9457) with the type {@code urn:millrace:problem:TYPE}.
   */
  ErrorForm PROBLEM_JSON = ProblemJson::answer;

  /**
   * Dresses one problem.
   *
   * @param problem its headers are added to the answer by the server
   * @param path of the request, resolved; {@code /} where it could not be read
   */
  Answer answer(Problem problem, String path);
}
