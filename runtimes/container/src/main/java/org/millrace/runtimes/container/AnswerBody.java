package org.millrace.runtimes.container;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.FilterInputStream;

/** The body of an answer that may be left half read: closing it closes its connection. */
final class AnswerBody extends FilterInputStream {
  private final Response response;

  AnswerBody(Response response) {
    super(response.getBody());
    this.response = response;
  }

  @Override
  public void close() {
    response.close(); // and not the stream, which would read all the rest first
  }
}
