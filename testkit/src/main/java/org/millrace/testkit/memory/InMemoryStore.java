package org.millrace.testkit.memory;

import java.util.Optional;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DocumentPorts;

/**
 * A store that forgets everything with the process. It stands for the database: several engines may
 * share one. For tests alone: reads go through every task. Thread-safe and deterministic.
 */
public final class InMemoryStore {
  private final Tables tables = new Tables();

  /** All ports on this one store. Its health is always good. */
  public StorePorts ports() {
    return new StorePorts(
        new InMemoryIntakeStore(tables),
        new InMemoryClaimStore(tables),
        new InMemoryTransitionStore(tables),
        new InMemoryHeartbeatStore(tables),
        new InMemoryDueStore(tables),
        new InMemoryDeliveryStore(tables),
        new InMemoryRetentionStore(tables),
        new InMemoryViewStore(tables),
        new InMemoryRunIntakeStore(tables),
        new InMemoryRunStore(tables),
        new InMemoryRunViewStore(tables),
        new DocumentPorts(
            new InMemoryDocumentStore(tables),
            new InMemoryDocumentViewStore(tables),
            new InMemorySiblingStore(tables),
            new InMemoryDeadLetterStore(tables),
            new InMemoryDocumentRunStore(tables),
            new InMemoryNumberStore()),
        Optional::empty);
  }
}
