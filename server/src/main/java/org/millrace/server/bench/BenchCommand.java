package org.millrace.server.bench;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures, and says with what it compared. */
@Command(
    name = "bench",
    description = {
      "Measures the server beside a limit taken in the same run.",
      "Each ends with one line of JSON; the exit code is 1 if the ratio is below its budget and"
          + " --strict was given."
    },
    mixinStandardHelpOptions = true)
public final class BenchCommand {
  @Option(names = "--strict", description = "Exit with 1 if the ratio is below the budget.")
  private boolean strict;

  @Command(
      name = "accept",
      description =
          "Durable TES creates per second over 64 connections, beside a bare SQLite loop.")
  int accept() throws Exception {
    return show(AcceptBench::run);
  }

  @Command(
      name = "dispatch",
      description =
          "No-op tasks end to end in the sandbox, beside a bare loop of the same sandbox.")
  int dispatch() throws Exception {
    return show(DispatchBench::run);
  }

  @Command(
      name = "containers",
      description =
          "No-op containers from POST to COMPLETE, beside a bare create-start-wait-remove loop on"
              + " the same engine; starts a dockerd of its own where none answers.")
  int containers() throws Exception {
    return show(ContainersBench::run);
  }

  @Command(
      name = "lanes",
      description =
          "The same beside 100,000 tasks that wait in another, full lane, compared with before"
              + " they came.")
  int lanes() throws Exception {
    return show(LanesBench::run);
  }

  @Command(
      name = "graph",
      description =
          "Graphs of 10,000 no-ops, wide, deep and layered, beside as many that are unconnected.")
  int graph() throws Exception {
    return show(GraphBench::run);
  }

  @Command(
      name = "get",
      description = "Tasks looked at per second over 64 connections, beside a static answer.")
  int get() throws Exception {
    return show(GetBench::run);
  }

  @Command(
      name = "list",
      description = "A page of a list with 1,000,000 tasks stored, beside one with 1,000.")
  int list() throws Exception {
    return show(ListBench::run);
  }

  @Command(
      name = "dane",
      description =
          "DANE tasks with workers of the SDK on a RabbitMQ, from assigned to answered, beside the"
              + " plain publish-consume-answer rate of that broker; starts a broker of its own"
              + " unless one is named.")
  int dane(
      @Option(
              names = "--broker",
              paramLabel = "ADDRESS",
              description =
                  "A RabbitMQ that nothing else uses now, like amqp://guest:guest@localhost:5672.")
          Optional<String> broker,
      @Option(
              names = "--memory",
              description =
                  "Also stores 1,000,000 tasks and says what memory server and broker have in use"
                      + " with 10,000 of them out; takes some minutes.")
          boolean memory)
      throws Exception {
    return show(() -> DaneBench.run(broker, memory));
  }

  @Command(name = "start", description = "From exec to ready, and memory when idle.")
  int start() throws Exception {
    return show(StartBench::run);
  }

  private int show(Callable<Result> bench) throws Exception {
    Result result = bench.call();
    System.out.println(result.line());
    return strict && !result.isEnough() ? 1 : 0;
  }

  static void say(String line) {
    System.err.println(line);
  }
}
