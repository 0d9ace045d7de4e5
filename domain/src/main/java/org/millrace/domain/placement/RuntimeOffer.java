package org.millrace.domain.placement;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Work;

/**
 * What a runtime can take, as data.
 *
 * @param site where its handles mean something; empty where any server can reach what runs there
 * @param cpuCores most cores one task may ask for
 * @param ramBytes most memory one task may ask for
 * @param closedPaths folders and files of the runtime's own, in which a task can declare nothing
 * @param section of the configuration, where an operator sets its limits
 * @param unavailable why it takes nothing now
 * @param comesBack whether work that names no runtime waits for this one while it is unavailable,
 *     rather than go to a later one that may run it differently
 * @param missedBy kinds of work that it would take if it were there; empty if it is
 */
public record RuntimeOffer(
    RuntimeName name,
    String site,
    Custody custody,
    Set<Class<? extends Work>> runs,
    int cpuCores,
    long ramBytes,
    List<String> closedPaths,
    String section,
    Optional<Cause> unavailable,
    boolean comesBack,
    Set<Class<? extends Work>> missedBy) {

  /** Who looks after work between start and end. */
  public enum Custody {
    /** A thread and a lease of ours, until the end. */
    HELD,
    /** Neither: a handle and a deadline in the store. */
    HANDED_OVER
  }

  /**
   * What a runtime offers that nobody waits for: it is there, or it is not. The section of the
   * configuration has its name.
   */
  public RuntimeOffer(
      RuntimeName name,
      String site,
      Custody custody,
      Set<Class<? extends Work>> runs,
      int cpuCores,
      long ramBytes,
      List<String> closedPaths,
      Optional<Cause> unavailable) {
    this(
        name,
        site,
        custody,
        runs,
        cpuCores,
        ramBytes,
        closedPaths,
        name.text(),
        unavailable,
        false);
  }

  /** What a runtime offers that is there, now or later. */
  public RuntimeOffer(
      RuntimeName name,
      String site,
      Custody custody,
      Set<Class<? extends Work>> runs,
      int cpuCores,
      long ramBytes,
      List<String> closedPaths,
      String section,
      Optional<Cause> unavailable,
      boolean comesBack) {
    this(
        name,
        site,
        custody,
        runs,
        cpuCores,
        ramBytes,
        closedPaths,
        section,
        unavailable,
        comesBack,
        Set.of());
  }

  /** What stands in for a runtime that this server was started without: nothing, and why. */
  public static RuntimeOffer absent(RuntimeName name, String site, Cause why) {
    return absent(name, site, why, Set.of());
  }

  /**
   * The same for a runtime that is the only one for some kinds of work: such work is told why.
   *
   * @param missedBy these kinds
   */
  public static RuntimeOffer absent(
      RuntimeName name, String site, Cause why, Set<Class<? extends Work>> missedBy) {
    return new RuntimeOffer(
        name,
        site,
        Custody.HELD,
        Set.of(),
        0,
        0,
        List.of(),
        name.text(),
        Optional.of(why),
        false,
        missedBy);
  }

  /** Whether it runs any work at all, now or later. */
  public boolean isAbsent() {
    return runs.isEmpty();
  }

  public RuntimeOffer {
    runs = Set.copyOf(runs);
    closedPaths = List.copyOf(closedPaths);
    missedBy = Set.copyOf(missedBy);
  }
}
