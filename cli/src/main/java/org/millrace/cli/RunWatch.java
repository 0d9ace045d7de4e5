package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Shows a run live, to its end, on standard error. Where lines can be rewritten, one line counts
 * the nodes; elsewhere each change is a line, or of a large run only what failed.
 */
final class RunWatch {
  private static final Set<String> ENDS = Set.of("COMPLETE", "FAILED", "CANCELED");
  private static final int MANY = 200;
  private static final String REWRITE = "\r\u001b[K";

  private final MillraceServer server;
  private final Terminal terminal;
  private final Ink ink;
  private final EventFollower events;
  private final Map<String, String> states = new HashMap<>(); // of nodes, by name
  private final Map<String, Integer> counts = new HashMap<>(); // by state
  private int total;
  private boolean lineIsOpen;
  private boolean isToBeHeld; // and its user was not told yet
  private boolean isToldMore; // since the last connection was made

  RunWatch(MillraceServer server, Terminal terminal) {
    this.server = server;
    this.terminal = terminal;
    this.ink = new Ink(terminal.err().colour());
    this.events = new EventFollower(server, terminal.patience());
  }

  /** Whether nothing follows but a rerun. */
  static boolean isEnd(JsonNode run) {
    return ENDS.contains(run.path("state").asText());
  }

  /** Counts what has happened until now, and shows nothing of it. */
  void passOver(String run) throws CommandFailed, InterruptedException {
    String next = "0";
    do {
      JsonNode page = server.get(RunPath.of(run) + "/events?page_size=1000&after=" + next);
      for (JsonNode told : Wire.each(page, "events")) {
        if (told.has("node")) {
          count(Wire.text(told, "node"), Wire.text(told, "state"));
        }
        events.goOnAfter(told.path("sequence").asLong());
      }
      next = Wire.text(page, "next_after");
    } while (!next.isEmpty());
  }

  /**
   * Returns the run as it is at its end. An end in its history need not be that: it may have been
   * run again since. So it goes on until nothing follows.
   */
  JsonNode toItsEnd(String run) throws CommandFailed, InterruptedException {
    JsonNode now = server.get(RunPath.of(run));
    total = now.path("nodes").path("total").asInt();
    isToBeHeld = now.path("on_failure").asText().equals("hold");
    try {
      do {
        do {
          isToldMore = false;
          events.follow(RunPath.of(run) + "/events", this::show);
        } while (isToldMore);
        now = server.get(RunPath.of(run));
      } while (!isEnd(now));
    } finally {
      closeLine();
    }
    if (now.path("state").asText().equals("FAILED")) {
      terminal.say("why: millrace graph explain " + Plain.line(run));
    }
    return now;
  }

  private boolean show(ServerEvent event) throws CommandFailed {
    isToldMore = true;
    JsonNode told = Wire.parsed(event);
    boolean isOfNode = told.has("node");
    if (isOfNode) {
      count(Wire.text(told, "node"), Wire.text(told, "state"));
    }
    boolean isFailure = told.path("state").asText().equals("FAILED");
    if (!isOfNode || isFailure || (!terminal.err().isScreen() && total <= MANY)) {
      closeLine();
      terminal.say(line(told));
    }
    if (isFailure && isOfNode && isToBeHeld) {
      isToBeHeld = false; // said once
      terminal.say(
          "what comes after it is held: millrace graph rerun %1$s, or cancel %1$s"
              .formatted(Wire.text(told, "run")));
    }
    if (terminal.err().isScreen()) {
      terminal.err().stream().print(REWRITE + progress());
      terminal.err().stream().flush();
      lineIsOpen = true;
    }
    return isOfNode || !isEnd(told);
  }

  private void count(String node, String state) {
    String before = states.put(node, state);
    if (before != null) {
      counts.merge(before, -1, Integer::sum);
    }
    counts.merge(state, 1, Integer::sum);
    total = Math.max(total, states.size()); // items of spread nodes come later
  }

  private String line(JsonNode told) {
    String who = Wire.optional(told, "node").map(node -> node + " ").orElse("run ");
    String detail = Wire.optional(told, "detail").map(why -> ": " + why).orElse("");
    return Wire.timeOfDay(told, "at", terminal.zone())
        + " "
        + who
        + ink.state(Wire.text(told, "state"))
        + detail;
  }

  private String progress() {
    int ended = of("COMPLETED") + of("FAILED") + of("SKIPPED") + of("BARRED");
    String failed = of("FAILED") == 0 ? "" : ", " + of("FAILED") + " failed";
    return "%d of %d nodes ended, %d run%s".formatted(ended, total, of("ACTIVE"), failed);
  }

  private int of(String state) {
    return counts.getOrDefault(state, 0);
  }

  private void closeLine() {
    if (lineIsOpen) {
      terminal.err().stream().print(REWRITE);
      terminal.err().stream().flush();
      lineIsOpen = false;
    }
  }
}
