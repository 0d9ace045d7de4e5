package org.millrace.domain.run;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.graph.Filler;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.graph.Values;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepTexts;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/**
 * Goes over the texts of work in which references may stand: what runs and with which image,
 * arguments, environment and streams; inputs, outputs and their URLs; what a handler or a service
 * is sent. Names, descriptions and tags are none of them.
 */
final class PlanTexts {
  private PlanTexts() {}

  /**
   * The references in it to what is outside of it, each once, in order.
   *
   * @throws BadReference for one to a step as well that does not come before
   */
  static List<Reference> references(Work work, Set<Root> roots) throws BadReference {
    return switch (work) {
      case ContainerWork container ->
          List.copyOf(Filler.references(roots, filler -> filled(container, filler)));
      case InProcessWork(String _, Value arguments) ->
          List.copyOf(Filler.references(roots, filler -> filler.value(arguments)));
      case WorkerWork worker ->
          List.copyOf(Filler.references(roots, filler -> filler.value(worker.arguments())));
      case StepsWork steps -> ofSteps(steps.steps(), roots);
    };
  }

  /** The weight of its texts: about as many characters as it has when it is written down. */
  static long weight(Work work) {
    return Filler.weight(filler -> {
      switch (work) {
        case ContainerWork container -> filled(container, filler);
        case InProcessWork(String _, Value arguments) -> filler.value(arguments);
        case WorkerWork worker -> filler.value(worker.arguments());
        case StepsWork steps -> {
          for (Step step : steps.steps()) {
            StepTexts.filled(step, filler);
          }
          for (Value given : steps.given().values()) {
            filler.value(given);
          }
        }
      }
    });
  }

  private static List<Reference> ofSteps(List<Step> steps, Set<Root> roots) throws BadReference {
    Set<Root> withSteps = EnumSet.of(Root.STEPS);
    withSteps.addAll(roots);
    Set<Reference> outside = new LinkedHashSet<>();
    Set<String> before = new HashSet<>();
    for (Step step : steps) {
      for (Reference met : Filler.references(withSteps, filler -> StepTexts.filled(step, filler))) {
        switch (met) {
          case Reference.OfNode _, Reference.OfItem _, Reference.OfIndex _ -> outside.add(met);
          case Reference.OfStep(String name, ValuePath _) -> {
            if (!before.contains(name)) {
              throw new BadReference(met + " is no earlier step of step '" + step.name() + "'");
            }
          }
          case Reference.OfKey _ -> {} // whoever makes the step knows it
        }
      }
      before.add(step.name());
    }
    return List.copyOf(outside);
  }

  /**
   * Work whose references are all replaced; steps keep theirs, since what they say of each other is
   * known only later, and get the values beside them.
   */
  static Work filled(Work work, Set<Root> roots, Values values) throws BadReference, MissingValue {
    var filler = new Filler(roots, values);
    return switch (work) {
      case ContainerWork container -> filled(container, filler);
      case InProcessWork(String handler, Value arguments) ->
          new InProcessWork(handler, filler.value(arguments));
      case WorkerWork worker -> filled(worker, filler);
      case StepsWork steps -> {
        Map<String, Value> given = new LinkedHashMap<>(steps.given());
        for (Reference reference : ofSteps(steps.steps(), roots)) {
          given.put(reference.toString(), filler.of(reference));
        }
        yield new StepsWork(steps.steps(), given);
      }
    };
  }

  private static WorkerWork filled(WorkerWork plan, Filler filler)
      throws BadReference, MissingValue {
    Map<String, Value> arguments = new LinkedHashMap<>();
    for (Map.Entry<String, Value> argument : plan.arguments().values().entrySet()) {
      arguments.put(argument.getKey(), filler.value(argument.getValue()));
    }
    return new WorkerWork(
        plan.protocol(), plan.route(), plan.key(), plan.subject(), new Value.Fields(arguments));
  }

  private static ContainerWork filled(ContainerWork plan, Filler filler)
      throws BadReference, MissingValue {
    List<ExecutorSpec> executors = new ArrayList<>();
    for (ExecutorSpec executor : plan.executors()) {
      executors.add(filled(executor, filler));
    }
    List<Input> inputs = new ArrayList<>();
    for (Input input : plan.inputs()) {
      inputs.add(filled(input, filler));
    }
    List<Output> outputs = new ArrayList<>();
    for (Output output : plan.outputs()) {
      outputs.add(filled(output, filler));
    }
    return new ContainerWork(executors, inputs, outputs, plan.volumes(), plan.reads());
  }

  private static ExecutorSpec filled(ExecutorSpec plan, Filler filler)
      throws BadReference, MissingValue {
    return new ExecutorSpec(
        filler.text(plan.image()),
        filler.texts(plan.command()),
        filler.text(plan.workdir()),
        filler.text(plan.stdin()),
        filler.text(plan.stdout()),
        filler.text(plan.stderr()),
        filler.texts(plan.env()),
        plan.ignoreError());
  }

  private static Input filled(Input plan, Filler filler) throws BadReference, MissingValue {
    Input.Source source =
        switch (plan.source()) {
          case Input.Content(String text) -> new Input.Content(filler.text(text));
          case Input.Location(String url) -> new Input.Location(filler.text(url));
        };
    return plan.from(source).at(filler.text(plan.path()));
  }

  private static Output filled(Output plan, Filler filler) throws BadReference, MissingValue {
    return new Output(
        plan.name(),
        plan.description(),
        filler.text(plan.url()),
        filler.text(plan.path()),
        filler.text(plan.pathPrefix()),
        plan.type());
  }
}
