package org.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;

/**
 * The end of a connection on which something came that was no request, while its client may still
 * be sending: nothing more is said, and what arrives is thrown away, within bounds, until the
 * client ends it too. Closed at once it would be reset, and the client would find its sending
 * broken and never read the answer (RFC 9112, 9.6). Jetty does the same by itself, but only for as
 * many bytes as a request's headers may have. (The body of a request that was understood is {@link
 * RequestBody#drain drained}.)
 */
final class LingeringClose extends AbstractConnection implements Connection.UpgradeTo {
  /** So much is read of what nobody wants, and for so long. */
  static final long MOST_BYTES = 512L << 20;

  static final Duration MOST = Duration.ofSeconds(10);
  private final ByteBuffer nowhere = ByteBuffer.allocate(16 << 10);
  private final long began = System.nanoTime();
  private long bytes;

  private LingeringClose(EndPoint endPoint, Executor executor) {
    super(endPoint, executor);
  }

  /** To be said before the answer is complete; happens after it. */
  static void after(Request request) {
    Connector connector = request.getConnectionMetaData().getConnector();
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    var closing = new LingeringClose(endPoint, connector.getExecutor());
    connector.getEventListeners().forEach(closing::addEventListener); // they count connections
    request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, closing);
  }

  /** What was read with the headers already. */
  @Override
  public void onUpgradeTo(ByteBuffer rest) {
    bytes += rest.remaining();
  }

  @Override
  public void onOpen() {
    super.onOpen();
    getEndPoint().setIdleTimeout(MOST.toMillis());
    getEndPoint().shutdownOutput();
    fillInterested();
  }

  @Override
  public void onFillable() {
    try {
      int read = read();
      while (read > 0 && bytes < MOST_BYTES && System.nanoTime() - began < MOST.toNanos()) {
        read = read();
      }
      if (read == 0) {
        fillInterested();
      } else {
        close();
      }
    } catch (IOException _) {
      close(); // the client is gone
    }
  }

  private int read() throws IOException {
    nowhere.clear().limit(0); // as Jetty's end points take them: with nothing in it yet
    int read = getEndPoint().fill(nowhere);
    bytes += Math.max(0, read);
    return read;
  }
}
