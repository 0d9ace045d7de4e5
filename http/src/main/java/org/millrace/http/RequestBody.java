package org.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.millrace.http.BodyLayer.Budgeted;
import org.millrace.http.BodyLayer.Limited;
import org.millrace.http.BodyLayer.Transport;
import org.millrace.http.BodyLayer.Unzipped;

/**
 * The body of a request: what its headers say, how it is read (counted before and after gzip), and
 * what becomes of what nobody read.
 */
final class RequestBody implements AutoCloseable {
  private final Request request;
  private final HttpFields headers;
  private final Transport transport;
  private final BodyBudget.Share share;
  private @Nullable BodyLayer opened;

  private RequestBody(Request request, BodyBudget budget) {
    this.request = request;
    this.share = budget.share();
    this.headers = request.getHeaders();
    this.transport = new Transport(Request.asInputStream(request));
  }

  /** Nothing is read yet. */
  static RequestBody of(Request request, BodyBudget budget) {
    return new RequestBody(request, budget);
  }

  /** Whether the request says that it has one. */
  boolean exists() {
    return headers.contains(HttpHeader.TRANSFER_ENCODING)
        || headers.getLongField(HttpHeader.CONTENT_LENGTH) > 0;
  }

  /**
   * As the handler reads it. What the headers alone forbid is refused here.
   *
   * @throws org.millrace.domain.failure.Refusal too large, by its announced length
   * @throws RefusedByHttp a content type or encoding that the face does not take
   */
  InputStream open(FaceRules rules) {
    if (!exists()) {
      return InputStream.nullInputStream();
    }
    ContentTypes.check(rules.contentType(), headers.get(HttpHeader.CONTENT_TYPE));
    if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > rules.bodyLimit()) {
      throw BodyLayer.tooLarge(rules.bodyLimit());
    }
    BodyLayer decoded = decoded(new Limited(transport, rules.bodyLimit()), rules);
    BodyLayer body = rules.streamsBodies() ? decoded : new Budgeted(decoded, share);
    opened = body;
    return body;
  }

  private BodyLayer decoded(BodyLayer sent, FaceRules rules) {
    String encoding = String.join(",", headers.getCSV(HttpHeader.CONTENT_ENCODING, false));
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "", "identity" -> sent;
      case "gzip", "x-gzip" -> new Limited(new Unzipped(sent), rules.bodyLimit());
      default ->
          throw new RefusedByHttp(
              Problem.unsupportedMedia(
                      "content encoding '" + encoding + "' is not understood; send gzip or none")
                  .with(new Header("Accept-Encoding", "gzip")));
    };
  }

  /**
   * Why it could not be read to its end. Whatever its reader made of that: a JSON reader may dress
   * a failure of its input as one of its own.
   */
  Optional<Throwable> failure() {
    return Optional.ofNullable(opened).flatMap(BodyLayer::failure);
  }

  /** Whether nothing of it is left to be read. */
  boolean finished() {
    return !exists() || transport.hasEnded();
  }

  /** Whether the client waits for a word before it sends the rest. */
  boolean awaited() {
    return !transport.hasBegun() && headers.contains(HttpHeader.EXPECT, "100-continue");
  }

  /** Its announced length, or -1. */
  long length() {
    return request.getLength();
  }

  /**
   * Reads on and throws away, within these bounds, so that a client that is still sending gets to
   * read the answer: closing a connection with bytes unread resets it.
   */
  void drain(long mostBytes, long mostNanos) throws IOException {
    long began = System.nanoTime();
    byte[] nowhere = new byte[16 << 10];
    long drained = 0;
    while (!finished() && drained < mostBytes && System.nanoTime() - began < mostNanos) {
      drained += Math.max(0, transport.read(nowhere, 0, nowhere.length));
    }
  }

  /** The request has been answered, so that nothing of it is held any more. */
  @Override
  public void close() {
    share.close();
  }
}
