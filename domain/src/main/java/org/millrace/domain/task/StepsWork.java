package org.millrace.domain.task;

import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.value.Value;

/**
 * Small steps in order: a job of a service is started, asked for, and its result collected. Each
 * step leaves a reply, which is stored before the next one begins and to which later ones may
 * refer: {@code ${steps.NAME.body.PATH}}.
 *
 * @param steps at least one; no name twice
 * @param given what the references in them stand for that are not to other steps, by the reference
 *     as it is written
 */
public record StepsWork(List<Step> steps, Map<String, Value> given) implements Work {
  public StepsWork {
    steps = List.copyOf(steps);
    given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("steps: at least one");
    }
    Set<String> names = new HashSet<>();
    for (Step step : steps) {
      if (!names.add(step.name())) {
        throw new IllegalArgumentException("steps: '" + step.name() + "' is there twice");
      }
    }
  }

  /** What references in its steps may begin with: each other, and what was given. */
  public Set<Reference.Root> roots() {
    Set<Reference.Root> roots = EnumSet.of(Reference.Root.STEPS);
    for (String written : given.keySet()) {
      roots.add(written.startsWith("${nodes") ? Reference.Root.NODES : Reference.Root.ITEM);
    }
    return roots;
  }
}
