package org.millrace.server;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.millrace.cli.ClientCommands;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunState;
import org.millrace.engine.Engine;

/** Runs the graphs of {@code examples/graphs} for the demo, and shows them as a user sees them. */
final class DemoGraphs {
  private static final List<String> FILES =
      List.of("diamond.yaml", "image-pipeline.yaml", "service-chain.yaml");
  private static final String SERVICE = "http://127.0.0.1:9090"; // as the example says
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Engine engine;
  private final URI server;
  private final Path folder;

  /**
   * Graphs for a server.
   *
   * @param folder where their files are laid, for who wants to try them again
   */
  DemoGraphs(Engine engine, URI server, Path folder) {
    this.engine = engine;
    this.server = server;
    this.folder = folder;
  }

  /** Runs all of them, one after the other; whether all came to a good end. */
  boolean run() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    boolean allWell = true;
    try (var service = new DemoService()) {
      for (String file : FILES) {
        allWell &= run(file, service);
      }
    }
    return allWell;
  }

  private boolean run(String file, DemoService service) throws IOException, InterruptedException {
    String graph =
        new String(DemoCommand.resource("graphs/" + file), StandardCharsets.UTF_8)
            .replace(SERVICE, service.address());
    Path copy = folder.resolve(file);
    Files.writeString(copy, graph);
    RunId id =
        new RunId(DemoCommand.post(server.resolve("/api/v1/runs"), "application/yaml", graph));
    RunState end = awaitEnd(id);
    DemoCommand.say("");
    DemoCommand.say("   millrace graph run " + copy);
    graphCommand("show", id);
    graphCommand("logs", id);
    return end == RunState.COMPLETE;
  }

  private RunState awaitEnd(RunId id) throws InterruptedException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    long heard = engine.news().runs().rings();
    Run run = engine.runs().views().find(id, Caller.ANONYMOUS).run();
    while (!run.state().isFinal() && System.nanoTime() < giveUp) {
      heard = engine.news().runs().await(heard, Duration.ofMillis(100));
      run = engine.runs().views().find(id, Caller.ANONYMOUS).run();
    }
    return run.state();
  }

  private void graphCommand(String command, RunId id) {
    ClientCommands.graph(Map.of("MILLRACE_SERVER", server.toString())).execute(command, id.text());
  }
}
