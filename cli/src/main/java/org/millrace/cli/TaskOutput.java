package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * What the executors of an ended task wrote, on the streams of this process, as if they had run
 * here. As much as the server kept; what was cut is told beside it.
 */
final class TaskOutput {
  private final MillraceServer server;
  private final Terminal terminal;

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
    int executors = Wire.each(last, "executors").size();
    for (int i = 0; i < executors; i++) {
      passOn(attempt + "/executors/" + i + "/stdout", terminal.out());
      passOn(attempt + "/executors/" + i + "/stderr", terminal.err());
    }
    last.path("notes").forEach(note -> terminal.say("note: " + Plain.line(note.asText())));
  }

  private void passOn(String log, Terminal.Output to) throws CommandFailed, InterruptedException {
    try (InputStream bytes = server.open(log, Map.of()).body()) {
      to.passOn(bytes);
    } catch (CommandFailed refused) {
      if (refused.exitCode() != ExitCode.NOT_FOUND) { // there is none where nothing ran
        throw refused;
      }
    } catch (IOException broken) {
      throw server.broken(broken);
    }
  }
}
