package org.millrace.testkit.simulation;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;

/**
 * What goes wrong, how often, and until when: afterwards the world is calm, so that it must come to
 * an end.
 */
public final class Faults {
  /** Kinds of trouble. */
  public enum Fault {
    /** A server dies at any step, and starts again some time later. */
    CRASH,
    /** A server is told to end, lets go of what it has, and starts again some time later. */
    STOP,
    /** A defect: something throws what nobody expects. */
    DEFECT,
    /** A bell that is not heard. */
    LOST_WAKE_UP,
    /** Store calls that take long. */
    SLOW_STORE,
    /** Store calls that fail, some of them after having stored. */
    FAILING_STORE,
    /** The clock of a server jumps. */
    CLOCK_JUMP,
    /** Answers of handed-over work that come late, twice, never, or from an older attempt. */
    ODD_ANSWERS,
    /** Runtimes that fail, forget, or cannot stop something at once. */
    ODD_RUNTIMES,
    /** The workers' broker is away, forgets bindings and messages, or does not confirm. */
    BROKER,
    /** Workers that die, refuse, answer twice or rubbish. */
    ODD_WORKERS
  }

  private final Random random;
  private final Set<Fault> active;
  private boolean calm;

  Faults(Random random, Set<Fault> active) {
    this.random = random;
    this.active = active.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(active);
  }

  void calmDown() {
    calm = true;
  }

  /** Whether this goes wrong now; once in {@code rarity} chances. */
  boolean strikes(Fault fault, int rarity) {
    return !calm && active.contains(fault) && random.nextInt(rarity) == 0;
  }
}
