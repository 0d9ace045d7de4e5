package org.millrace.engine.staging;

import java.util.ArrayList;
import java.util.List;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.Work;
import org.millrace.engine.staging.Transfer.Direction;
import org.millrace.engine.submission.Admission;

/**
 * Admits tasks whose URLs this server can and may use, and seals the passwords in them before they
 * are stored.
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

  private Work admit(Work work) {
    return switch (work) {
      case ContainerWork container ->
          new ContainerWork(
              container.executors(),
              inputs(container.inputs()),
              outputs(container.outputs()),
              container.volumes(),
              container.reads());
      case StepsWork _, InProcessWork _ -> work;
    };
  }

  private List<Input> inputs(List<Input> inputs) {
    List<Input> admitted = new ArrayList<>();
    for (Input input : inputs) {
      admitted.add(
          switch (input.source()) {
            case Input.Content _ -> input;
            case Input.Location(String url) -> {
              transfers.check("inputs[" + admitted.size() + "].url", url, Direction.IN);
              yield input.from(new Input.Location(secrets.seal(url)));
            }
          });
    }
    return admitted;
  }

  private List<Output> outputs(List<Output> outputs) {
    List<Output> admitted = new ArrayList<>();
    for (Output output : outputs) {
      transfers.check("outputs[" + admitted.size() + "].url", output.url(), Direction.OUT);
      admitted.add(output.to(secrets.seal(output.url())));
    }
    return admitted;
  }
}
