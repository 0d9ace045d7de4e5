package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** What commands exit with. */
final class ExitCode {
  static final int OK = 0;

  /** Wrong usage, or a file or value that the server refuses. */
  static final int USAGE = 64;

  /** There is no such task, or no such part of it. */
  static final int NOT_FOUND = 66;

  /** No server answers, or it cannot at the moment. */
  static final int UNREACHABLE = 69;

  /** The server does not let this user. */
  static final int NOT_PERMITTED = 77;

  /** The task ended in SYSTEM_ERROR, or the server failed. */
  static final int SYSTEM_ERROR = 125;

  /** The task was cancelled. */
  static final int CANCELLED = 130;

  private static final int EXECUTOR_FAILED = 1;

  private ExitCode() {}

  /** The code of a command that waited for a task: that of the executor that failed, if one did. */
  static int ofEnded(JsonNode task) {
    return switch (task.path("state").asText()) {
      case "COMPLETE" -> OK;
      case "EXECUTOR_ERROR" -> ofExecutor(task.path("outcome").path("exit_code").asInt(0));
      case "CANCELED" -> CANCELLED;
      default -> SYSTEM_ERROR;
    };
  }

  /** The code of a command that waited for a run. */
  static int ofEndedRun(JsonNode run) {
    return switch (run.path("state").asText()) {
      case "COMPLETE" -> OK;
      case "FAILED" -> EXECUTOR_FAILED;
      case "CANCELED" -> CANCELLED;
      default -> SYSTEM_ERROR;
    };
  }

  /** A failed task never looks like success, and a shell keeps no more than eight bits. */
  private static int ofExecutor(int code) {
    return (code & 0xff) == 0 ? EXECUTOR_FAILED : code & 0xff;
  }
}
