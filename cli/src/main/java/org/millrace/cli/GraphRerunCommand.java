package org.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "rerun",
    header = "Make nodes of a run and all after them anew.",
    description = {
      "Those named, those that failed, and all after them; the rest is used again.",
      "With --wait, follow the run to its end on standard error; the exit code is 0 if it is"
          + " complete, 1 if it failed, 130 if it was cancelled."
    },
    sortOptions = false)
final class GraphRerunCommand extends RunStateCommand {

  @Option(
      names = "--from",
      paramLabel = "NODE",
      description = "begin with this node; may be repeated; without, with those that failed")
  private List<String> from = List.of();

  @Option(names = "--wait", description = "wait for its end")
  private boolean wait;

  GraphRerunCommand(Terminal terminal) {
    super(terminal, "rerun");
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    if (!wait) {
      return super.run(server);
    }
    var watch = new RunWatch(server, terminal());
    watch.passOver(run());
    super.run(server);
    return ExitCode.ofEndedRun(watch.toItsEnd(run()));
  }

  @Override
  String body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    from.forEach(body.putArray("from")::add);
    return body.toString();
  }
}
