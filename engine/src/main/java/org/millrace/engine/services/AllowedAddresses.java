package org.millrace.engine.services;

import java.net.InetAddress;
import java.util.List;

/** Looks names up for those who dial by themselves. Bounded in time; thread-safe. */
@FunctionalInterface
public interface AllowedAddresses {

  /**
   * The addresses of a host that may be dialled; at least one. Dial these, and not the name: it may
   * mean another address the next time.
   *
   * @throws NoAnswer if there is none, or the policy of destinations allows none
   */
  List<InetAddress> of(String host) throws NoAnswer, InterruptedException;
}
