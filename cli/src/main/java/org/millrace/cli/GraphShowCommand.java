package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    header = "Draw a run: its nodes, their states, and what each waits for.",
    description =
        "Of more than "
            + RunPicture.MANY
            + " nodes, how many are in each state, and those that failed or run.",
    sortOptions = false)
final class GraphShowCommand extends ClientCommand {
  private static final int PAGE = 1000;

  @Parameters(paramLabel = "RUN", description = "the run")
  private String run = "";

  @Option(
      names = "--values",
      paramLabel = "NODE",
      description = "print as JSON what this node left for those after it, and nothing else")
  private Optional<String> node = Optional.empty();

  GraphShowCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    return node.isPresent() ? values(node.get(), server) : picture(server);
  }

  private int values(String key, MillraceServer server) throws CommandFailed, InterruptedException {
    JsonNode shown = server.get(RunPath.of(run, key));
    if (!shown.has("values")) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "node '" + key + "' has left nothing: it is " + Wire.text(shown.path("node"), "state"));
    }
    terminal().print(shown.path("values"));
    return ExitCode.OK;
  }

  private int picture(MillraceServer server) throws CommandFailed, InterruptedException {
    JsonNode shown = server.get(RunPath.of(run));
    boolean isSmall = shown.path("nodes").path("total").asInt() <= RunPicture.MANY;
    List<JsonNode> nodes = nodes(isSmall, server);
    if (json()) {
      terminal().print(shown);
      nodes.forEach(terminal()::print);
    } else {
      new RunPicture(new Ink(terminal().out().colour()), terminal().zone())
          .lines(shown, nodes)
          .forEach(terminal()::print);
    }
    return ExitCode.OK;
  }

  private List<JsonNode> nodes(boolean withEdges, MillraceServer server)
      throws CommandFailed, InterruptedException {
    List<JsonNode> nodes = new ArrayList<>();
    String token = "";
    do {
      JsonNode page =
          server.get(
              RunPath.of(run)
                  + "/nodes?page_size="
                  + PAGE
                  + (withEdges ? "&edges=true" : "")
                  + (token.isEmpty() ? "" : "&page_token=" + MillraceServer.escaped(token)));
      nodes.addAll(Wire.each(page, "nodes"));
      token = page.path("next_page_token").asText();
    } while (!token.isEmpty());
    return nodes;
  }
}
