package org.millrace.http.signin;

import java.net.InetAddress;
import java.util.Optional;

/**
 * What a request brings to be known by.
 *
 * @param authorization the header as sent
 * @param from the address of the peer
 */
public record Credentials(Optional<String> authorization, InetAddress from) {

  /** Never the secret. */
  @Override
  public String toString() {
    return "credentials from " + from.getHostAddress();
  }
}
