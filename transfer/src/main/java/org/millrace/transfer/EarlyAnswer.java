package org.millrace.transfer;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.ResponseOutOfOrderStrategy;
import org.apache.hc.core5.util.Timeout;

/**
 * Notices that a peer answers before the end of an upload: it refuses, and will close. The
 * library's own strategy waits a millisecond at each look, which would limit uploads to 64 MB/s;
 * here a look at a plain connection is free, and only TLS, which shows data after reading alone,
 * waits at every mebibyte.
 */
final class EarlyAnswer implements ResponseOutOfOrderStrategy {
  private static final long QUICK_LOOK = 65_536;
  private static final long THOROUGH_LOOK = 1 << 20;

  @Override
  public boolean isEarlyResponseDetected(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      InputStream input,
      long sent,
      long next)
      throws IOException {
    return (begins(QUICK_LOOK, sent, next) && input.available() > 0)
        || (connection.getSSLSession() != null
            && begins(THOROUGH_LOOK, sent, next)
            && connection.isDataAvailable(Timeout.ONE_MILLISECOND));
  }

  private static boolean begins(long chunk, long sent, long next) {
    return sent / chunk < (sent + next) / chunk;
  }
}
