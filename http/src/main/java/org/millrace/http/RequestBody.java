package org.millrace.http;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * The body of a request, counted and decoded as it is read. Three layers: the transport, whose
 * troubles are the client's departure; gzip, opened at the first read; and the limit, which also
 * holds for what gzip makes of few bytes.
 */
final class RequestBody {
  private final Request request;
  private final HttpFields headers;
  private final Transport transport;

  private RequestBody(Request request) {
    this.request = request;
    this.headers = request.getHeaders();
    this.transport = new Transport(Request.asInputStream(request));
  }

  /** Nothing is read yet. */
  static RequestBody of(Request request) {
    return new RequestBody(request);
  }

  /** Whether the request says that it has one. */
  boolean exists() {
    return headers.contains(HttpHeader.TRANSFER_ENCODING)
        || headers.getLongField(HttpHeader.CONTENT_LENGTH) > 0;
  }

  /**
   * As the handler reads it. What the headers alone forbid is refused here.
   *
   * @throws Refusal too large, by its announced length
   * @throws RefusedByHttp a content type or encoding that the face does not take
   */
  InputStream open(FaceRules rules) {
    if (!exists()) {
      return InputStream.nullInputStream();
    }
    ContentTypes.check(rules.contentType(), headers.get(HttpHeader.CONTENT_TYPE));
    if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > rules.bodyLimit()) {
      throw tooLarge(rules.bodyLimit());
    }
    String encoding = String.join(",", headers.getCSV(HttpHeader.CONTENT_ENCODING, false));
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "", "identity" -> new Limited(transport, rules.bodyLimit());
      case "gzip", "x-gzip" ->
          new Limited(new Unzipped(new Limited(transport, rules.bodyLimit())), rules.bodyLimit());
      default ->
          throw new RefusedByHttp(
              Problem.unsupportedMedia(
                      "content encoding '" + encoding + "' is not understood; send gzip or none")
                  .with(new Header("Accept-Encoding", "gzip")));
    };
  }

  /** Whether nothing of it is left to be read. */
  boolean finished() {
    return !exists() || transport.ended;
  }

  /** Whether the client waits for a word before it sends the rest. */
  boolean awaited() {
    return !transport.begun && headers.contains(HttpHeader.EXPECT, "100-continue");
  }

  /** Its announced length, or -1. */
  long length() {
    return request.getLength();
  }

  /**
   * Reads on and throws away, so that a client that is still sending gets to read the answer:
   * closing a connection with bytes unread resets it.
   *
   * @return whether the end was reached within the bounds
   */
  boolean drain(long mostBytes, long mostNanos) {
    long began = System.nanoTime();
    byte[] nowhere = new byte[16 << 10];
    try {
      for (long drained = 0; !finished() && drained < mostBytes; ) {
        if (System.nanoTime() - began > mostNanos) {
          return false;
        }
        int count = transport.read(nowhere, 0, nowhere.length);
        drained += Math.max(0, count);
      }
    } catch (ClientGone | RefusedByHttp _) {
      return false; // nobody to be polite to
    } catch (IOException unexpected) {
      throw new java.io.UncheckedIOException(unexpected);
    }
    return finished();
  }

  private static Refusal tooLarge(long limit) {
    return new Refusal(
        new Failure.TooLarge("the body is larger than the " + limit + " bytes allowed here"));
  }

  /** Tells the departure of the client, and chunks that are none, from every other trouble. */
  private static final class Transport extends FilterInputStream {
    boolean begun;
    boolean ended;

    Transport(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (ended) {
        return -1;
      }
      begun = true;
      try {
        int count = in.read(buffer, offset, length);
        ended = count < 0;
        return count;
      } catch (IOException | HttpException.RuntimeException broken) {
        ended = true;
        throw failure(broken);
      }
    }

    private static IOException failure(Exception broken) {
      for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
        if (cause instanceof HttpException http) {
          throw new RefusedByHttp(Problem.malformed(http.getCode()));
        }
      }
      return new ClientGone(broken);
    }

    @Override
    public void close() {
      // The connection outlives this request.
    }
  }

  /** Counts. */
  private static final class Limited extends FilterInputStream {
    private final long limit;
    private long count;

    Limited(InputStream in, long limit) {
      super(in);
      this.limit = limit;
    }

    @Override
    public int read() throws IOException {
      return (int) counted(in.read(), 1);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      return (int) counted(read, read);
    }

    @Override
    public long skip(long most) throws IOException {
      long skipped = in.skip(most);
      return counted(skipped, skipped);
    }

    private long counted(long result, long bytes) {
      if (result >= 0) {
        count += bytes;
      }
      if (count > limit) {
        throw tooLarge(limit);
      }
      return result;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }

  /** Gzip; broken pieces are the sender's fault. Opened late, because opening reads. */
  private static final class Unzipped extends InputStream {
    private final InputStream packed;
    private InputStream open = InputStream.nullInputStream();
    private boolean begun;

    Unzipped(InputStream packed) {
      this.packed = packed;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        if (!begun) {
          begun = true;
          open = new GZIPInputStream(packed, 8 << 10);
        }
        return open.read(buffer, offset, length);
      } catch (ZipException | EOFException _) {
        throw Refusal.invalid("body", "is not the gzip that its Content-Encoding announces");
      }
    }
  }
}
