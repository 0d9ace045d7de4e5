package org.millrace.engine.staging;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ContainerPath;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.staging.Transfer.Direction;
import org.millrace.engine.submission.Admission;

/**
 * Admits tasks whose paths are in their one form and whose URLs this server can and may use, and
 * seals the passwords in them before they are stored.
 */
public final class StagingAdmission implements Admission {
  private final Transfers transfers;
  private final UrlSecrets secrets;

  public StagingAdmission(Transfers transfers, UrlSecrets secrets) {
    this.transfers = transfers;
    this.secrets = secrets;
  }

  @Override
  public TaskSpec admit(TaskSpec spec) {
    return spec.withWork(admit(spec.work()));
  }

  @Override
  public TaskSpec admitPlan(TaskSpec plan) {
    return plan.work() instanceof ContainerWork container
        ? plan.withWork(withUrls(container, secrets::sealPlan))
        : plan;
  }

  @Override
  public TaskSpec opened(TaskSpec plan) {
    return plan.work() instanceof ContainerWork container
        ? plan.withWork(withUrls(container, this::opened))
        : plan;
  }

  private String opened(String field, String url) {
    try {
      return secrets.open(url);
    } catch (IllegalArgumentException unreadable) {
      throw new Refusal(new Failure.Conflict(field + ": " + unreadable.getMessage()));
    }
  }

  /** Each URL exchanged for what is made of its field and of itself. */
  private static ContainerWork withUrls(ContainerWork work, BinaryOperator<String> change) {
    List<Input> inputs = new ArrayList<>();
    for (Input input : work.inputs()) {
      String field = "inputs[" + inputs.size() + "].url";
      inputs.add(
          switch (input.source()) {
            case Input.Content _ -> input;
            case Input.Location(String url) ->
                input.from(new Input.Location(change.apply(field, url)));
          });
    }
    List<Output> outputs = new ArrayList<>();
    for (Output output : work.outputs()) {
      outputs.add(output.to(change.apply("outputs[" + outputs.size() + "].url", output.url())));
    }
    return new ContainerWork(work.executors(), inputs, outputs, work.volumes(), work.reads());
  }

  private Work admit(Work work) {
    return switch (work) {
      case ContainerWork container ->
          new ContainerWork(
              executors(container.executors()),
              inputs(container.inputs()),
              outputs(container.outputs()),
              container.volumes(),
              container.reads());
      case StepsWork _, InProcessWork _, WorkerWork _ -> work;
    };
  }

  private static List<ExecutorSpec> executors(List<ExecutorSpec> executors) {
    List<ExecutorSpec> admitted = new ArrayList<>();
    for (ExecutorSpec executor : executors) {
      String at = "executors[" + admitted.size() + "].";
      admitted.add(
          new ExecutorSpec(
              executor.image(),
              executor.command(),
              executor.workdir().map(path -> inForm(at + "workdir", path, ContainerPath::anywhere)),
              executor.stdin().map(path -> inForm(at + "stdin", path, ContainerPath::below)),
              executor.stdout().map(path -> inForm(at + "stdout", path, ContainerPath::below)),
              executor.stderr().map(path -> inForm(at + "stderr", path, ContainerPath::below)),
              executor.env(),
              executor.ignoreError()));
    }
    return admitted;
  }

  private static String inForm(String field, String path, UnaryOperator<String> form) {
    try {
      return form.apply(path);
    } catch (IllegalArgumentException unfit) {
      throw Refusal.invalid(field, unfit.getMessage() + ", not " + OneLine.of(path));
    }
  }

  private List<Input> inputs(List<Input> inputs) {
    List<Input> admitted = new ArrayList<>();
    for (Input given : inputs) {
      String at = "inputs[" + admitted.size() + "].";
      Input input = given.at(inForm(at + "path", given.path(), ContainerPath::below));
      admitted.add(
          switch (input.source()) {
            case Input.Content _ -> input;
            case Input.Location(String url) -> {
              transfers.check(at + "url", url, Direction.IN);
              yield input.from(new Input.Location(secrets.seal(url)));
            }
          });
    }
    return admitted;
  }

  private List<Output> outputs(List<Output> outputs) {
    List<Output> admitted = new ArrayList<>();
    for (Output output : outputs) {
      String at = "outputs[" + admitted.size() + "].";
      transfers.check(at + "url", output.url(), Direction.OUT);
      admitted.add(
          output
              .at(inForm(at + "path", output.path(), ContainerPath::below))
              .to(secrets.seal(output.url())));
    }
    return admitted;
  }
}
