package org.millrace.transfer;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends no second request on a connection where the peer said more than its answer: the rest would
 * be taken for the answer to that request, and a file would silently hold another's bytes. Costs a
 * millisecond per request on a used connection.
 */
final class FreshAnswers extends HttpRequestExecutor {

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback information,
      HttpContext context)
      throws IOException, HttpException {
    @Nullable EndpointDetails details = connection.getEndpointDetails();
    boolean used = details != null && details.getRequestCount() > 0;
    if (used && connection.isDataAvailable(Timeout.ONE_MILLISECOND)) {
      throw new ProtocolException("the peer said more than its answer");
    }
    return super.execute(request, connection, information, context);
  }
}
