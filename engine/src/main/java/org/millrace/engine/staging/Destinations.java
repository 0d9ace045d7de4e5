package org.millrace.engine.staging;

import java.net.InetAddress;
import java.util.Optional;
import org.millrace.domain.failure.Cause;

/**
 * Whom outgoing transfers may talk to. Asked with the address that is really dialled, so that a
 * name that resolves differently the second time gains nothing. Thread-safe.
 */
public interface Destinations {

  /** Empty if allowed, else why not. */
  Optional<Cause> objection(String host, InetAddress address);
}
