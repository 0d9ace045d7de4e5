package org.millrace.dane;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of a key that tasks of both eras have on one exchange: workers of either get messages of
 * the other then, and refuse them ({@code contracts/dane.md 1.8}). It warns once for each key and
 * start of the server. Thread-safe.
 */
final class KeyEras {
  private static final Logger LOG = LoggerFactory.getLogger(KeyEras.class);

  /** Keys that are remembered; clients choose them. */
  private static final int MOST = 10_000;

  private final String exchange;
  private final boolean shared;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> ofDocuments = new HashSet<>();
  private final Set<String> ofJobs = new HashSet<>();
  private final Set<String> flagged = new HashSet<>();

  KeyEras(DaneConfig config) {
    this.exchange = config.exchange();
    this.shared = config.exchange().equals(config.jobExchange());
  }

  /** A message of a document's task with this key is about to go out. */
  boolean usedByDocuments(String key) {
    return used(key, ofDocuments, ofJobs);
  }

  /** A message of a job's task with this key is about to go out; whether that was flagged. */
  boolean usedByJobs(String key) {
    return used(key, ofJobs, ofDocuments);
  }

  private boolean used(String key, Set<String> here, Set<String> there) {
    if (!shared) {
      return false;
    }
    lock.lock();
    try {
      if (here.size() < MOST) {
        here.add(key);
      }
      boolean flag = there.contains(key) && flagged.add(key);
      if (flag) {
        LOG.warn(
            "key={} is used by documents and by jobs on exchange {}: workers of both get each"
                + " other's messages and refuse them; give the job era an exchange of its own"
                + " (dane.job-exchange), or another key",
            key,
            exchange);
      }
      return flag;
    } finally {
      lock.unlock();
    }
  }
}
