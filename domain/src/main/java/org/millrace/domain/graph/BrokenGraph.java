package org.millrace.domain.graph;

import java.util.ArrayList;
import java.util.List;

/** Why a plan cannot be carried out: every fault found, up to a bound, in the order of the plan. */
public final class BrokenGraph extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /** One fault, with the nodes it lies at. */
  public sealed interface Fault {
    /** A sentence for the author. */
    String sentence();
  }

  /** There is nothing to do. */
  public record Empty() implements Fault {
    @Override
    public String sentence() {
      return "the graph has no nodes";
    }
  }

  /** Two nodes of one name. */
  public record Duplicate(NodeKey node) implements Fault {
    @Override
    public String sentence() {
      return "node '" + node + "' is there twice";
    }
  }

  /** An edge from or to a node that is not there. */
  public record Dangling(Edge edge, NodeKey missing) implements Fault {
    @Override
    public String sentence() {
      return "the edge " + edge + " names node '" + missing + "', which is not there";
    }
  }

  /** The same edge more than once. */
  public record Repeated(Edge edge) implements Fault {
    @Override
    public String sentence() {
      return "the edge " + edge + " is there twice";
    }
  }

  /**
   * Nodes that wait for each other.
   *
   * @param length how many there are
   * @param shown the first of them, in the order of the edges
   */
  public record Cycle(int length, List<NodeKey> shown) implements Fault {
    public Cycle {
      shown = List.copyOf(shown);
    }

    @Override
    public String sentence() {
      if (length == 1) {
        return "node '" + shown.getFirst() + "' waits for itself";
      }
      String names = String.join(" -> ", shown.stream().map(NodeKey::text).toList());
      return shown.size() == length
          ? "nodes wait for each other: " + names + " -> " + shown.getFirst()
          : length + " nodes wait for each other, beginning with " + names;
    }
  }

  /** A text of a node holds what looks like a reference and is none. */
  public record Unreadable(NodeKey node, String why) implements Fault {
    @Override
    public String sentence() {
      return "node '" + node + "': " + why;
    }
  }

  /** A node refers to one that is not there. */
  public record Unknown(NodeKey node, Reference.OfNode reference) implements Fault {
    @Override
    public String sentence() {
      return "node '" + node + "': " + reference + " names a node that is not there";
    }
  }

  /** A condition that asks about another node than the one its edge leaves. */
  public record Misplaced(Edge edge, Reference.OfNode reference) implements Fault {
    @Override
    public String sentence() {
      return "the condition of the edge "
          + edge
          + " asks about "
          + reference
          + "; it can only ask about node '"
          + edge.from()
          + "'";
    }
  }

  /** What has been found so far, up to a bound. Not thread-safe. */
  public static final class Found {
    private static final int MOST = 100;

    private final List<Fault> faults = new ArrayList<>();

    /** One more, unless there are enough. */
    public void add(Fault fault) {
      if (faults.size() < MOST) {
        faults.add(fault);
      }
    }

    boolean isEmpty() {
      return faults.isEmpty();
    }

    void raise() throws BrokenGraph {
      if (!faults.isEmpty()) {
        throw new BrokenGraph(faults);
      }
    }
  }

  private BrokenGraph(List<Fault> faults) {
    super(String.join("; ", faults.stream().map(Fault::sentence).toList()));
    this.faults = List.copyOf(faults);
  }

  /** At least one. */
  public List<Fault> faults() {
    return faults;
  }
}
