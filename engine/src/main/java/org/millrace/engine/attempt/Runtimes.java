package org.millrace.engine.attempt;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.RuntimeName;

/** The runtimes of this server, in the operator's order. Immutable. */
public final class Runtimes {
  private final Map<RuntimeName, TaskRuntime> runtimes = new LinkedHashMap<>();

  public Runtimes(List<TaskRuntime> inOrder) {
    inOrder.forEach(runtime -> runtimes.put(runtime.offer().name(), runtime));
  }

  public List<RuntimeOffer> offers() {
    return runtimes.values().stream().map(TaskRuntime::offer).toList();
  }

  public Optional<TaskRuntime> find(RuntimeName name) {
    return Optional.ofNullable(runtimes.get(name));
  }

  public Collection<TaskRuntime> all() {
    return runtimes.values();
  }

  /** Every site whose handles this server can reach. */
  public Set<String> sites() {
    return offers().stream().map(RuntimeOffer::site).collect(Collectors.toUnmodifiableSet());
  }
}
