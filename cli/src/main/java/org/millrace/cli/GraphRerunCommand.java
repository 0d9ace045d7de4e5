package org.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "rerun",
    header = "Make nodes of a run and all after them anew.",
    description = "Those named, those that failed, and all after them; the rest is used again.",
    sortOptions = false)
final class GraphRerunCommand extends RunStateCommand {

  @Option(
      names = "--from",
      paramLabel = "NODE",
      description = "begin with this node; may be repeated; without, with those that failed")
  private List<String> from = List.of();

  GraphRerunCommand(Terminal terminal) {
    super(terminal, "rerun");
  }

  @Override
  String body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    from.forEach(body.putArray("from")::add);
    return body.toString();
  }
}
