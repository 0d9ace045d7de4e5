package org.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that the client of a stream has left although nothing is written to it, which a silent
 * log could not tell for hours. It asks the connection for the end of what the client sends; a
 * client that closes only its sending half counts as gone. The connection must be closed after the
 * stream, since nobody else may wait for its input meanwhile.
 */
final class ClientWatch implements Callback {
  private final EndPoint connection;
  private final OpenStreams.OpenStream stream;

  private ClientWatch(EndPoint connection, OpenStreams.OpenStream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  static void start(EndPoint connection, OpenStreams.OpenStream stream) {
    new ClientWatch(connection, stream).look();
  }

  private void look() {
    if (stream.isOpen()) {
      connection.tryFillInterested(this);
    }
  }

  /** Something has arrived: the end, or a further request, which is not served. */
  @Override
  public void succeeded() {
    if (!stream.isOpen()) {
      return;
    }
    if (hasEnded()) {
      stream.abandon();
    } else {
      look();
    }
  }

  @Override
  public void failed(Throwable cause) {
    stream.abandon();
  }

  private boolean hasEnded() {
    ByteBuffer ignored = BufferUtil.allocate(1024);
    try {
      return connection.fill(ignored) < 0;
    } catch (IOException _) {
      return true;
    }
  }
}
