package org.millrace.api.graph;

import java.util.List;

/** A file holds no graph that can be carried out. */
public final class BrokenGraphFile extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<GraphFault> faults;

  BrokenGraphFile(List<GraphFault> faults) {
    super(faults.getFirst().toString(), null, false, false);
    this.faults = List.copyOf(faults);
  }

  /** At least one, at most 100, in the order of the file. */
  public List<GraphFault> faults() {
    return faults;
  }
}
