package org.millrace.http;

import java.io.IOException;

/** Produces server-sent events, on the thread of the request, until it returns. */
@FunctionalInterface
public interface EventSource {

  /**
   * Blocks between events as it likes. It is interrupted when the client has gone or the server stops, and should then
   * return or let the {@link InterruptedException} pass.
   */
  void sendTo(EventStream out) throws IOException, InterruptedException;
}
