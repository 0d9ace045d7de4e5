package org.millrace.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.staging.ValueSecrets;

/** What is to be done, in our own words; credentials in URLs are masked. */
record WireWork(
    String kind,
    List<Executor> executors,
    List<In> inputs,
    List<Out> outputs,
    List<String> volumes,
    Optional<List<StepLine>> steps,
    Optional<String> handler,
    Optional<WorkerLine> worker,
    Optional<Value> arguments) {

  /** What a worker is asked for, and by which way. */
  record WorkerLine(String protocol, String route, String key, String subject) {}

  /** One step, and what it speaks to. */
  record StepLine(String name, String kind, Optional<String> method, Optional<String> url) {
    static StepLine of(Step step) {
      return switch (step) {
        case Step.Call call -> of(call.name(), "call", call.request());
        case Step.Poll poll -> of(poll.name(), "poll", poll.request());
        case Step.Other other ->
            new StepLine(other.name(), other.kind(), Optional.empty(), Optional.empty());
      };
    }

    private static StepLine of(String name, String kind, HttpRequest request) {
      return new StepLine(
          name, kind, Optional.of(request.method()), Optional.of(UrlSecrets.masked(request.url())));
    }
  }

  /** One command in one image. */
  record Executor(
      String image,
      List<String> command,
      Optional<String> workdir,
      Optional<String> stdin,
      Optional<String> stdout,
      Optional<String> stderr,
      Map<String, String> env,
      boolean ignoreError) {
    static Executor of(ExecutorSpec spec) {
      return new Executor(
          spec.image(),
          spec.command(),
          spec.workdir(),
          spec.stdin(),
          spec.stdout(),
          spec.stderr(),
          spec.env(),
          spec.ignoreError());
    }
  }

  /** A file or folder brought in. */
  record In(
      Optional<String> name,
      Optional<String> description,
      Optional<String> url,
      Optional<String> content,
      String path,
      FileType type,
      Optional<Boolean> streamable) {
    static In of(Input input, Detail detail) {
      return new In(
          input.name(),
          input.description(),
          url(input.source()),
          detail == Detail.FULL ? content(input.source()) : Optional.empty(),
          input.path(),
          input.type(),
          input.streamable());
    }

    private static Optional<String> url(Input.Source source) {
      return switch (source) {
        case Input.Location(String url) -> Optional.of(UrlSecrets.masked(url));
        case Input.Content _ -> Optional.empty();
      };
    }

    private static Optional<String> content(Input.Source source) {
      return switch (source) {
        case Input.Content(String text) -> Optional.of(text);
        case Input.Location _ -> Optional.empty();
      };
    }
  }

  /** A file or folder stored. */
  record Out(
      Optional<String> name,
      Optional<String> description,
      String url,
      String path,
      Optional<String> pathPrefix,
      FileType type) {
    static Out of(Output output) {
      return new Out(
          output.name(),
          output.description(),
          UrlSecrets.masked(output.url()),
          output.path(),
          output.pathPrefix(),
          output.type());
    }
  }

  static WireWork of(Work work, Detail detail) {
    return switch (work) {
      case ContainerWork container ->
          new WireWork(
              kind(ContainerWork.class),
              container.executors().stream().map(Executor::of).toList(),
              container.inputs().stream().map(input -> In.of(input, detail)).toList(),
              container.outputs().stream().map(Out::of).toList(),
              container.volumes(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      case StepsWork steps ->
          new WireWork(
              kind(StepsWork.class),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              Optional.of(steps.steps().stream().map(StepLine::of).toList()),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      case InProcessWork(String handler, Value arguments) ->
          new WireWork(
              kind(InProcessWork.class),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              Optional.empty(),
              Optional.of(handler),
              Optional.empty(),
              Optional.of(ValueSecrets.masked(arguments)));
      case WorkerWork worker ->
          new WireWork(
              kind(WorkerWork.class),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(
                  new WorkerLine(
                      worker.protocol(), worker.route(), worker.key(), worker.subject())),
              Optional.of(ValueSecrets.masked(worker.arguments())));
    };
  }

  /** The word for a kind of work: {@code container}. */
  static String kind(Class<? extends Work> work) {
    return work.getSimpleName().replaceFirst("Work$", "").toLowerCase(java.util.Locale.ROOT);
  }
}
