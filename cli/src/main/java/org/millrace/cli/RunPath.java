package org.millrace.cli;

/** Where a server has what belongs to a run. */
final class RunPath {
  private RunPath() {}

  static String of(String run) {
    return "/api/v1/runs/" + MillraceServer.escaped(run);
  }

  static String of(String run, String node) {
    return of(run) + "/nodes/" + MillraceServer.escaped(node);
  }
}
