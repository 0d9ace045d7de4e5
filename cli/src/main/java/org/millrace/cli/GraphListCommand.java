package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    header = "List runs, oldest first.",
    description = "Without --all, the first " + GraphListCommand.AT_FIRST + ".",
    sortOptions = false)
final class GraphListCommand extends ClientCommand {
  static final int AT_FIRST = 100;
  private static final int PAGE = 500;

  @Option(names = "--state", paramLabel = "STATE", description = "only in this state")
  private Optional<String> state = Optional.empty();

  @Option(names = "--all", description = "all of them")
  private boolean all;

  GraphListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    int printed = 0;
    Optional<String> token = Optional.empty();
    do {
      int most = all ? PAGE : AT_FIRST - printed;
      JsonNode page = server.get("/api/v1/runs?" + query(most, token));
      if (token.isEmpty() && !json()) { // not before there is something to head
        terminal().print(row("ID", padded("STATE"), "CREATED", "NODES", "NAME"));
      }
      List<JsonNode> runs = Wire.each(page, "runs");
      runs.forEach(this::print);
      printed += runs.size();
      token = Optional.of(page.path("next_page_token").asText()).filter(text -> !text.isEmpty());
    } while (token.isPresent() && (all || printed < AT_FIRST) && !terminal().outputIsClosed());
    if (token.isPresent() && !all) {
      terminal().say("there may be more: see --all, or narrow it with --state");
    }
    return ExitCode.OK;
  }

  private String query(int size, Optional<String> token) {
    return "page_size="
        + size
        + state.map(wanted -> "&state=" + MillraceServer.escaped(wanted)).orElse("")
        + token.map(next -> "&page_token=" + MillraceServer.escaped(next)).orElse("");
  }

  private void print(JsonNode run) {
    if (json()) {
      terminal().print(run);
      return;
    }
    String shown = new Ink(terminal().out().colour()).state(padded(Wire.text(run, "state")));
    terminal()
        .print(
            row(
                Wire.text(run, "id"),
                shown,
                Wire.moment(run, "created", terminal().zone()).orElse(""),
                Wire.text(run.path("nodes"), "total"),
                Wire.text(run, "name")));
  }

  /** Padded before it is coloured: colours have no width. */
  private static String padded(String state) {
    return "%-10s".formatted(state);
  }

  private static String row(String id, String state, String created, String nodes, String name) {
    return "%-26s  %s  %-19s  %7s  %s".formatted(id, state, created, nodes, name).stripTrailing();
  }
}
