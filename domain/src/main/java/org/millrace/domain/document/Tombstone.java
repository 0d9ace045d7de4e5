package org.millrace.domain.document;

import java.time.Instant;

/**
 * What is left of an assigned task that was deleted. The next task of that name begins above it.
 *
 * @param attempts number of its last attempt; 0: it had none
 */
public record Tombstone(EntryId entry, int attempts, Instant deletedAt) {
  public Tombstone {
    if (attempts < 0) {
      throw new IllegalArgumentException("attempts: 0 or more");
    }
  }
}
