package org.millrace.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.testkit.Fixtures;

/** What tests submit. */
final class Specs {
  private Specs() {}

  /** Ends at once with this code. */
  static TaskSpec exits(int code) {
    return doing(List.of(Fixtures.anExecutor("exit", String.valueOf(code))), List.of(), List.of());
  }

  /** As many executors that wait for the test. */
  static TaskSpec waits(int executors) {
    List<ExecutorSpec> waiting =
        Stream.generate(() -> Fixtures.anExecutor("wait")).limit(executors).toList();
    return doing(waiting, List.of(), List.of());
  }

  /** Ends at once, after an input of this path. */
  static TaskSpec brings(String path) {
    Input input = input(new Input.Location("https://data.example/x"), path);
    return doing(List.of(Fixtures.anExecutor("exit", "0")), List.of(input), List.of());
  }

  /** Waits for the test, after an input of this path. */
  static TaskSpec bringsAndWaits(String path) {
    Input input = input(new Input.Location("https://data.example/x"), path);
    return doing(List.of(Fixtures.anExecutor("wait")), List.of(input), List.of());
  }

  /** With a name, tags, a text, and URLs that hold passwords. */
  static TaskSpec withSecrets() {
    Input url = input(new Input.Location("ftp://reader:s3cret@data.example/in.txt"), "/in.txt");
    Input text = input(new Input.Content("a text"), "/text.txt");
    Output output =
        new Output(
            Optional.empty(),
            Optional.empty(),
            "sftp://writer:s3cret@data.example/out.txt",
            "/out.txt",
            Optional.empty(),
            FileType.FILE);
    TaskSpec spec =
        doing(List.of(Fixtures.anExecutor("exit", "3")), List.of(url, text), List.of(output));
    return tagged(named(spec, "première tâche ✓"), "project", "demo");
  }

  private static Input input(Input.Source source, String path) {
    return new Input(
        Optional.empty(), Optional.empty(), source, path, FileType.FILE, Optional.empty());
  }

  private static TaskSpec doing(
      List<ExecutorSpec> executors, List<Input> inputs, List<Output> outputs) {
    var work = new ContainerWork(executors, inputs, outputs, List.of("/scratch"));
    TaskSpec spec = Fixtures.aSpec();
    return new TaskSpec(
        spec.owner(),
        spec.dialect(),
        spec.name(),
        spec.description(),
        spec.tags(),
        spec.priority(),
        work,
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  static TaskSpec ownedBy(String owner, TaskSpec spec) {
    return with(spec, new Owner(owner), spec.name(), spec.tags(), spec.retry());
  }

  static TaskSpec named(TaskSpec spec, String name) {
    return with(spec, spec.owner(), Optional.of(name), spec.tags(), spec.retry());
  }

  static TaskSpec tagged(TaskSpec spec, String key, String value) {
    Map<String, String> tags = new LinkedHashMap<>(spec.tags());
    tags.put(key, value);
    return with(spec, spec.owner(), spec.name(), tags, spec.retry());
  }

  static TaskSpec retried(TaskSpec spec, RetryPolicy retry) {
    return with(spec, spec.owner(), spec.name(), spec.tags(), retry);
  }

  private static TaskSpec with(
      TaskSpec spec,
      Owner owner,
      Optional<String> name,
      Map<String, String> tags,
      RetryPolicy retry) {
    return new TaskSpec(
        owner,
        spec.dialect(),
        name,
        spec.description(),
        tags,
        spec.priority(),
        spec.work(),
        spec.resources(),
        retry,
        spec.limits(),
        spec.notes());
  }
}
