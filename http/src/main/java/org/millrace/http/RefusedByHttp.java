package org.millrace.http;

/** Carries a problem that only HTTP knows, such as 405 and 415, to the edge that answers. */
final class RefusedByHttp extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Problem problem;

  RefusedByHttp(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
