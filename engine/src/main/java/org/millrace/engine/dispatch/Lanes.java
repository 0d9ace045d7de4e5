package org.millrace.engine.dispatch;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;

/** Which lane a task waits in, and the rule of each lane. Immutable. */
public final class Lanes {
  private static final Comparator<Lane> BY_NAME = Comparator.comparing(Lane::name);

  /** What a lane gets that no configuration names: it drains, one task at a time. */
  private static final int UNNAMED = 1;

  /** Where work is told that nothing here runs its kind. */
  private static final Lane UNSERVED = new Lane("unserved");

  private final Map<Lane, LaneRule> rules;
  private final Map<Class<? extends Work>, Lane> usual;

  /**
   * @param rules of the lanes that configuration names
   * @param usual the lane of work that names no runtime
   */
  public Lanes(List<LaneRule> rules, Map<Class<? extends Work>, Lane> usual) {
    this.rules = new LinkedHashMap<>();
    rules.forEach(rule -> this.rules.put(rule.lane(), rule));
    this.usual = Map.copyOf(usual);
  }

  /**
   * The lane named like the runtime the caller named, if there is one; else the usual one of this
   * kind of work; for work of workers, that of its route.
   */
  public Lane of(Work work, Resources asked) {
    Lane ordinary = usual.getOrDefault(work.getClass(), UNSERVED);
    if (work instanceof WorkerWork worker && usual.containsKey(WorkerWork.class)) {
      return Lane.of(ordinary.name(), worker.route());
    }
    return asked.runtime().map(Lane::new).filter(rules::containsKey).orElse(ordinary);
  }

  /**
   * The rule of a lane: its own, else that of its family; one of which configuration names neither
   * still drains, one task at a time.
   */
  public LaneRule rule(Lane lane) {
    LaneRule own = rules.get(lane);
    if (own != null) {
      return own;
    }
    LaneRule family = rules.get(lane.family());
    return family != null
        ? family.of(lane)
        : new LaneRule(lane, UNNAMED, Counts.ALL, WhenFull.WAIT);
  }

  /** The rules of the lanes that configuration names or that work goes to by itself, in order. */
  public List<LaneRule> all() {
    return Stream.concat(rules.keySet().stream(), usual.values().stream().sorted(BY_NAME))
        .distinct()
        .map(this::rule)
        .toList();
  }
}
