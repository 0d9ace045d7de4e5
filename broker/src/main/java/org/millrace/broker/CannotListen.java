package org.millrace.broker;

/**
 * The embedded broker cannot have its port. The message names address, port and the key to change.
 */
public final class CannotListen extends RuntimeException {
  CannotListen(String message) {
    super(message);
  }
}
