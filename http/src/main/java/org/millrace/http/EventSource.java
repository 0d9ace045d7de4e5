package org.millrace.http;

import java.io.IOException;

/**
 * Produces server-sent events, on the thread of the request, until it returns. By then the client
 * has status 200, so refuse what is to be refused before the answer is made.
 */
@FunctionalInterface
public interface EventSource {

  /**
   * Blocks between events as it likes. It is interrupted when the client has gone or the server
   * stops, and should then return or let the {@link InterruptedException} pass.
   */
  void sendTo(EventStream out) throws IOException, InterruptedException;
}
