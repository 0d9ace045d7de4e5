package org.millrace.domain.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Executors run in order over one set of inputs, volumes and outputs ({@code contracts/tes.md 7}).
 * Paths are those the executors see.
 *
 * @param volumes absolute folders, empty at the start, the same for every executor
 * @param reads small files, by the name that others know them by: read after the last executor and
 *     kept with the attempt
 */
public record ContainerWork(
    List<ExecutorSpec> executors,
    List<Input> inputs,
    List<Output> outputs,
    List<String> volumes,
    Map<String, SmallFile> reads)
    implements Work {
  public ContainerWork {
    executors = List.copyOf(executors);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    volumes = List.copyOf(volumes);
    reads = Collections.unmodifiableMap(new LinkedHashMap<>(reads));
    if (executors.isEmpty()) {
      throw new IllegalArgumentException("executors: at least one");
    }
  }

  /** Work of which no file is read. */
  public ContainerWork(
      List<ExecutorSpec> executors,
      List<Input> inputs,
      List<Output> outputs,
      List<String> volumes) {
    this(executors, inputs, outputs, volumes, Map.of());
  }
}
