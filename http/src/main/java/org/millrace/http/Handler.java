package org.millrace.http;

import java.io.IOException;

/**
 * Answers one request. Runs on a virtual thread of its own, so it may block; it may be called by
 * many threads at once. Interruption means that the server stops or the client has gone.
 */
@FunctionalInterface
public interface Handler {

  /**
   * Does what is asked and says what came of it.
   *
   * @throws org.millrace.domain.failure.Refusal answered in the face's error form
   * @throws ClientGone from the body or the stream; nobody is there to be answered
   * @throws IOException any other is our fault: 500, logged with an incident id, as is every
   *     unchecked exception
   */
  Answer answer(Exchange exchange) throws IOException, InterruptedException;
}
