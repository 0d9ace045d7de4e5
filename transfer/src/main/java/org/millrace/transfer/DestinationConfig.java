package org.millrace.transfer;

import java.util.List;

/**
 * Whom outgoing transfers may talk to ({@code transfer.destinations.*}). Each entry of a list is a
 * network ({@code 10.1.0.0/16}), an address, a host name, or a host name pattern that begins with
 * {@code *.}; {@code *} alone is any host.
 *
 * @param serverOnLoopback whether this server itself can be reached from this machine only
 * @param allow {@code allow}: private and loopback destinations that are allowed all the same
 * @param deny {@code deny}: destinations that are denied though they would be allowed; wins over
 *     {@code allow}
 */
public record DestinationConfig(boolean serverOnLoopback, List<String> allow, List<String> deny) {

  /** What holds where nothing is configured and the server listens on loopback. */
  public static final DestinationConfig DEFAULT = new DestinationConfig(true, List.of(), List.of());

  static final String ALLOW = "transfer.destinations.allow";
  static final String DENY = "transfer.destinations.deny";

  /**
   * Refuses bad values.
   *
   * @throws IllegalArgumentException naming the key and the entry
   */
  public DestinationConfig {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    allow.forEach(entry -> DestinationPattern.parse(ALLOW, entry));
    deny.forEach(entry -> DestinationPattern.parse(DENY, entry));
  }
}
