package org.millrace.domain.task;

import java.util.List;

/**
 * Executors run in order over one set of inputs, volumes and outputs ({@code contracts/tes.md 7}).
 * Paths are those the executors see.
 *
 * @param volumes absolute folders, empty at the start, the same for every executor
 */
public record ContainerWork(
    List<ExecutorSpec> executors, List<Input> inputs, List<Output> outputs, List<String> volumes)
    implements Work {
  public ContainerWork {
    executors = List.copyOf(executors);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    volumes = List.copyOf(volumes);
    if (executors.isEmpty()) {
      throw new IllegalArgumentException("executors: at least one");
    }
  }
}
