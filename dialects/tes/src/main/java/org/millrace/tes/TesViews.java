package org.millrace.tes;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.views.TaskView;

/**
 * Makes wire tasks of what the engine knows. Pure, thread-safe.
 *
 * <p>Contract ({@code contracts/tes.md 4.1 to 4.5, 5}): BASIC leaves out the streams of executors,
 * the contents of inputs and the system logs, and nothing else; empty lists and maps that the
 * standard does not demand are left out. Times are UTC with {@code Z}, to the microsecond.
 */
final class TesViews {
  private final ShownStates states;
  private final UnaryOperator<String> mask;
  private final TesLogs logs;

  /**
   * Shows tasks.
   *
   * @param mask what a URL with a password in it is shown as
   */
  TesViews(ShownStates states, UnaryOperator<String> mask) {
    this.states = states;
    this.mask = mask;
    this.logs = new TesLogs(mask);
  }

  /** BASIC or FULL. */
  TesTask show(TaskView seen, View view) {
    Task task = seen.task();
    TaskSpec spec = seen.spec();
    TesState state = states.of(task);
    boolean over = !(task.state().isFinal() && state == TesState.RUNNING);
    ContainerWork work = inExecutors(spec.work());
    return new TesTask(
        task.id().text(),
        state,
        orNull(spec.name()),
        orNull(spec.description()),
        time(task.createdAt()),
        unlessEmpty(work.inputs().stream().map(input -> input(input, view)).toList()),
        unlessEmpty(work.outputs().stream().map(this::output).toList()),
        resources(spec.resources()),
        new ArrayList<>(work.executors().stream().map(TesViews::executor).toList()),
        unlessEmpty(work.volumes()),
        spec.tags().isEmpty() ? null : new LinkedHashMap<>(spec.tags()),
        List.of(logs.of(seen, view, over)));
  }

  private TesInput input(Input input, View view) {
    String url = null;
    String content = null;
    switch (input.source()) {
      case Input.Location(String location) -> url = mask.apply(location);
      case Input.Content(String text) -> content = view == View.FULL ? text : null;
    }
    return new TesInput(
        orNull(input.name()),
        orNull(input.description()),
        url,
        input.path(),
        input.type().name(),
        content,
        orNull(input.streamable()));
  }

  private TesOutput output(Output output) {
    return new TesOutput(
        orNull(output.name()),
        orNull(output.description()),
        mask.apply(output.url()),
        output.path(),
        orNull(output.pathPrefix()),
        output.type().name());
  }

  /** Work without executors, which only other faces take, is shown as one that tells what it is. */
  private static ContainerWork inExecutors(Work work) {
    return switch (work) {
      case ContainerWork container -> container;
      case StepsWork steps ->
          only("millrace:steps", steps.steps().stream().map(Step::name).toList());
      case InProcessWork(String handler, Value _) -> only("millrace:in-process", List.of(handler));
      case WorkerWork worker -> only("millrace:worker", List.of(worker.key(), worker.subject()));
    };
  }

  private static ContainerWork only(String image, List<String> command) {
    return new ContainerWork(
        List.of(ExecutorSpec.of(image, command)), List.of(), List.of(), List.of());
  }

  private static TesExecutor executor(ExecutorSpec executor) {
    return new TesExecutor(
        executor.image(),
        new ArrayList<>(executor.command()),
        orNull(executor.workdir()),
        orNull(executor.stdin()),
        orNull(executor.stdout()),
        orNull(executor.stderr()),
        executor.env().isEmpty() ? null : new LinkedHashMap<>(executor.env()),
        executor.ignoreError() ? true : null);
  }

  private static @Nullable TesResources resources(Resources asked) {
    if (asked.equals(Resources.NONE)) {
      return null;
    }
    return new TesResources(
        orNull(asked.cpuCores().map(BigDecimal::valueOf)),
        orNull(asked.preemptible()),
        orNull(asked.ramGb()),
        orNull(asked.diskGb()),
        unlessEmpty(asked.zones()),
        asked.backendParameters().isEmpty() ? null : new LinkedHashMap<>(asked.backendParameters()),
        orNull(asked.backendParametersStrict()));
  }

  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).toString();
  }

  static <T> @Nullable T orNull(Optional<T> value) {
    return value.orElse(null);
  }

  static <T> @Nullable List<@Nullable T> unlessEmpty(List<? extends T> list) {
    return list.isEmpty() ? null : new ArrayList<@Nullable T>(list);
  }
}
