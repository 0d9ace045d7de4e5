package org.millrace.cli;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user name and a password. */
record Credentials(String user, String password) {

  /** The value of an {@code Authorization} header. */
  String basic() {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String toString() {
    return "the credentials of " + user;
  }
}
