package org.millrace.http;

/**
 * Is told of every request that was answered. Called on the request's thread: be quick, be
 * thread-safe, do not throw.
 */
@FunctionalInterface
public interface RequestObserver {

  /** Watches nothing. */
  RequestObserver NONE = _ -> {};

  void answered(Answered request);
}
