package org.millrace.engine.attempt;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.domain.placement.Placement;
import org.millrace.domain.placement.Placement.Choice;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.value.Value;

/** The runtimes of this server, in the operator's order. Immutable. */
public final class Runtimes {
  private final Map<RuntimeName, TaskRuntime> runtimes = new LinkedHashMap<>();
  private final List<RuntimeOffer> absent;

  public Runtimes(List<TaskRuntime> inOrder) {
    this(inOrder, List.of());
  }

  /**
   * Runtimes, and those that somebody may ask for in vain.
   *
   * @param absent what stands in for them: {@link RuntimeOffer#absent}
   */
  public Runtimes(List<TaskRuntime> inOrder, List<RuntimeOffer> absent) {
    inOrder.forEach(runtime -> runtimes.put(runtime.offer().name(), runtime));
    this.absent = List.copyOf(absent);
  }

  /** What each offers; those that are absent come last. */
  public List<RuntimeOffer> offers() {
    return Stream.concat(runtimes.values().stream().map(TaskRuntime::offer), absent.stream())
        .toList();
  }

  public Optional<TaskRuntime> find(RuntimeName name) {
    return Optional.ofNullable(runtimes.get(name));
  }

  /** The one that a lane, or its family, is named like. */
  public Optional<TaskRuntime> serving(Lane lane) {
    return runtimes.values().stream()
        .filter(runtime -> {
          String name = runtime.offer().name().text();
          return name.equals(lane.name()) || name.equals(lane.family().name());
        })
        .findFirst();
  }

  /** Whether what serves a lane takes nothing now: what is claimed there would be put back. */
  public boolean isAway(Lane lane) {
    return serving(lane).map(TaskRuntime::offer).flatMap(RuntimeOffer::unavailable).isPresent();
  }

  public Collection<TaskRuntime> all() {
    return runtimes.values();
  }

  /** What a task left that the runtime chosen for it can do at once, and which one that is. */
  public Optional<DoneAtOnce> doAtOnce(TaskSpec spec) {
    for (TaskRuntime runtime : runtimes.values()) {
      Optional<Value> left = runtime.doAtOnce(spec.work());
      if (left.isPresent()
          && Placement.choose(spec.work(), spec.resources(), offers())
              instanceof Choice.Chosen(RuntimeOffer offer)
          && offer.name().equals(runtime.offer().name())) {
        return Optional.of(new DoneAtOnce(offer, left.get()));
      }
    }
    return Optional.empty();
  }

  /** What work left, and which runtime did it. */
  public record DoneAtOnce(RuntimeOffer by, Value left) {}

  /** Every site whose handles this server can reach. */
  public Set<String> sites() {
    return runtimes.values().stream()
        .map(runtime -> runtime.offer().site())
        .collect(Collectors.toUnmodifiableSet());
  }
}
