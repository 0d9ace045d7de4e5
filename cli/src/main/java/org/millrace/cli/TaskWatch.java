package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Shows one task live, to its end. */
final class TaskWatch {
  /** Where lines cannot be rewritten, staging gets a new one no more often than that. */
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private static final String REWRITE = "\r\u001b[K";

  private final MillraceServer server;
  private final Terminal terminal;
  private final Terminal.Output out;
  private final String prefix;
  private final Ink ink;
  private String shownFile = "";
  private long shownAt;
  private boolean barIsShown;

  /**
   * @param out where to show it
   * @param prefix before each line
   */
  TaskWatch(MillraceServer server, Terminal terminal, Terminal.Output out, String prefix) {
    this.server = server;
    this.terminal = terminal;
    this.out = out;
    this.prefix = prefix;
    this.ink = new Ink(out.colour());
  }

  /** Returns the task as it is at its end, without the tails of its logs. */
  JsonNode toItsEnd(String id) throws CommandFailed, InterruptedException {
    String path = "/api/v1/tasks/" + MillraceServer.escaped(id);
    try {
      new EventFollower(server, terminal.patience()).follow(path + "/events", this::show);
    } finally {
      clearBar();
    }
    return server.get(path + "?view=basic");
  }

  private boolean show(ServerEvent event) throws CommandFailed {
    JsonNode told = Wire.parsed(event);
    if (event.kind().equals("staging")) {
      showStaging(told);
      return true;
    }
    clearBar();
    out.stream()
        .println(
            prefix + Wire.timeOfDay(told, "at", terminal.zone()) + " " + EventText.of(told, ink));
    return !Wire.isFinal(told);
  }

  private void showStaging(JsonNode staging) {
    if (out.isScreen()) {
      out.stream().print(REWRITE + prefix + StagingText.bar(staging));
      out.stream().flush();
      barIsShown = true;
      return;
    }
    String file = Wire.text(staging, "files");
    boolean isNew = !file.equals(shownFile);
    boolean isDue = System.nanoTime() - shownAt >= BETWEEN_LINES.toNanos();
    if (isNew || isDue || StagingText.isComplete(staging)) {
      shownFile = file;
      shownAt = System.nanoTime();
      out.stream().println(prefix + StagingText.line(staging));
    }
  }

  private void clearBar() {
    if (barIsShown) {
      out.stream().print(REWRITE);
      out.stream().flush();
      barIsShown = false;
    }
  }
}
