package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    header = "List tasks, oldest first; with --name-prefix, perhaps by name.",
    description = "Without --all, the first " + ListCommand.AT_FIRST + "; fetches pages by itself.",
    sortOptions = false)
final class ListCommand extends ClientCommand {
  static final int AT_FIRST = 100;
  private static final int PAGE = 500;

  @Option(names = "--state", paramLabel = "STATE", description = "only in this state")
  private Optional<String> state = Optional.empty();

  @Option(
      names = "--name-prefix",
      paramLabel = "TEXT",
      description = "only those whose name begins so")
  private Optional<String> namePrefix = Optional.empty();

  @Option(
      names = "--tag",
      paramLabel = "KEY[=VALUE]",
      description = "only those with this tag; may be repeated")
  private List<String> tags = List.of();

  @Option(names = "--all", description = "all of them")
  private boolean all;

  ListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    int printed = 0;
    Optional<String> token = Optional.empty();
    do {
      int most = all ? PAGE : AT_FIRST - printed;
      JsonNode page = server.get("/api/v1/tasks?" + query(most, token));
      if (token.isEmpty() && !json()) { // not before there is something to head
        terminal().print(row("ID", padded("STATE"), "CREATED", "NAME"));
      }
      List<JsonNode> tasks = Wire.each(page, "tasks");
      tasks.forEach(this::print);
      printed += tasks.size();
      token = Optional.of(page.path("next_page_token").asText()).filter(text -> !text.isEmpty());
    } while (token.isPresent() && (all || printed < AT_FIRST) && !terminal().outputIsClosed());
    if (token.isPresent() && !all) {
      terminal().say("there are more: see --all, or narrow it with --state, --name-prefix, --tag");
    }
    return ExitCode.OK;
  }

  private String query(int size, Optional<String> token) {
    List<String> parts = new ArrayList<>();
    parts.add("page_size=" + size);
    state.ifPresent(wanted -> parts.add("state=" + MillraceServer.escaped(wanted)));
    namePrefix.ifPresent(text -> parts.add("name_prefix=" + MillraceServer.escaped(text)));
    tags.forEach(tag -> parts.add("tag=" + MillraceServer.escaped(tag)));
    token.ifPresent(next -> parts.add("page_token=" + MillraceServer.escaped(next)));
    return String.join("&", parts);
  }

  private void print(JsonNode task) {
    if (json()) {
      terminal().print(task);
      return;
    }
    String state = new Ink(terminal().out().colour()).state(padded(Wire.text(task, "state")));
    String created = Wire.moment(task, "created", terminal().zone()).orElse("");
    terminal().print(row(Wire.text(task, "id"), state, created, Wire.text(task, "name")));
  }

  /** Padded before it is coloured: colours have no width. */
  private static String padded(String state) {
    return "%-14s".formatted(state);
  }

  /** The name comes last: nobody knows how wide its letters are. */
  private static String row(String id, String state, String created, String name) {
    return "%-26s  %s  %-19s  %s".formatted(id, state, created, name).stripTrailing();
  }
}
