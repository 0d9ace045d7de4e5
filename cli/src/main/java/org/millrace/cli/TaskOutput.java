package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the executors of an ended task wrote, on the streams of this process, as if they had run
 * here. As much as the server kept; what was cut is told beside it.
 */
final class TaskOutput {
  private static final String RESET = "\u001b[0m";

  private final MillraceServer server;
  private final Terminal terminal;

  /** The last byte of others on the line where messages go, if it was not ours. */
  private Optional<Integer> lastByte = Optional.empty();

  TaskOutput(MillraceServer server, Terminal terminal) {
    this.server = server;
    this.terminal = terminal;
  }

  /** Of its last attempt, executor after executor. */
  void passOn(String id, JsonNode ended) throws CommandFailed, InterruptedException {
    List<JsonNode> attempts = Wire.each(ended, "attempts");
    if (attempts.isEmpty()) {
      return;
    }
    JsonNode last = attempts.getLast();
    String attempt =
        "/api/v1/tasks/" + MillraceServer.escaped(id) + "/attempts/" + Wire.text(last, "number");
    // Of the task, not of the record: a log may be there where the result of its executor is not.
    int executors = Wire.each(ended.path("work"), "executors").size();
    List<String> cut = new ArrayList<>();
    for (int i = 0; i < executors; i++) {
      String executor = attempt + "/executors/" + i;
      if (passOn(executor + "/stdout", terminal.out()) == Part.TAIL) {
        cut.add("stdout of executor " + i);
      }
      if (passOn(executor + "/stderr", terminal.err()) == Part.TAIL) {
        cut.add("stderr of executor " + i);
      }
    }
    cut.forEach(log -> say("note: only the end of " + log + " is left"));
    last.path("notes").forEach(note -> say("note: " + Plain.line(note.asText())));
  }

  /** How much of a log the server still has. */
  private enum Part {
    ALL,
    TAIL
  }

  private Part passOn(String log, Terminal.Output to) throws CommandFailed, InterruptedException {
    HttpResponse<InputStream> answer;
    try {
      answer = server.open(log, Map.of());
    } catch (CommandFailed refused) {
      if (refused.exitCode() == ExitCode.NOT_FOUND) { // there is none where nothing ran
        return Part.ALL;
      }
      throw refused;
    }
    try (InputStream bytes = answer.body()) {
      int last = to.passOn(bytes);
      if (last != -1 && sharesItsLineWithMessages(to)) {
        lastByte = Optional.of(last);
      }
    } catch (IOException broken) {
      throw server.broken(broken);
    }
    return answer.headers().firstValue("Log-Part").filter("tail"::equals).isPresent()
        ? Part.TAIL
        : Part.ALL;
  }

  private boolean sharesItsLineWithMessages(Terminal.Output to) {
    return to.equals(terminal.err()) || (to.isScreen() && terminal.err().isScreen());
  }

  /**
   * A message on a line of its own, whatever an executor left behind: a line without an end, or, on
   * a screen, colours or half an escape sequence.
   */
  void say(String message) {
    lastByte.ifPresent(this::finish);
    lastByte = Optional.empty();
    terminal.say(message);
  }

  private void finish(int last) {
    if (terminal.err().isScreen()) {
      terminal.err().stream().print(RESET);
    }
    if (last != '\n') {
      terminal.err().stream().println();
    }
  }
}
