package org.millrace.http;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * Sends one answer, whatever its kind of body, to its last byte. Blocks while the client is slow.
 */
final class AnswerWriter {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();
  private static final int NOT_MODIFIED = 304;
  private final Request request;
  private final Response response;
  private final OpenStreams streams;
  private final Duration heartbeat;
  private long bytes;

  AnswerWriter(Request request, Response response, OpenStreams streams, Duration heartbeat) {
    this.request = request;
    this.response = response;
    this.streams = streams;
    this.heartbeat = heartbeat;
  }

  /** Of the body, sent so far. */
  long bytes() {
    return bytes;
  }

  /**
   * Sends it.
   *
   * @param more header lines that do not come from the answer
   * @param whose on whose account a stream is open
   * @throws ClientGone when it cannot be sent to its end
   * @throws RefusedByHttp before anything was sent: the range does not exist
   * @throws org.millrace.domain.failure.Refusal before anything was sent: too many streams
   */
  void send(Answer answer, List<Header> more, Supplier<String> whose)
      throws IOException, InterruptedException {
    switch (answer.body()) {
      case Answer.Body.Bytes(ByteBuffer whole) -> {
        begin(answer, more);
        last(whole.duplicate());
      }
      case Answer.Body.Sized(SizedContent content) -> sized(answer, more, content);
      case Answer.Body.Written(BodyWriter writer) -> {
        begin(answer, more);
        written(writer);
      }
      case Answer.Body.Followed(BodyWriter writer) ->
          stream(answer, more, whose, (_, out) -> writer.writeTo(out));
      case Answer.Body.Events(EventSource source) ->
          stream(answer, more, whose, (stream, out) -> events(stream, source, out));
    }
  }

  private void begin(Answer answer, List<Header> more) {
    response.setStatus(answer.status());
    HttpFields.Mutable headers = response.getHeaders();
    answer.headers().forEach(header -> headers.add(header.name(), header.value()));
    more.forEach(header -> headers.add(header.name(), header.value()));
  }

  private boolean isHead() {
    return request.getMethod().equals("HEAD");
  }

  private void last(ByteBuffer whole) throws IOException {
    if (response.getStatus() == NOT_MODIFIED) {
      ofUnknownLength(); // a length would be that of the body the client has (RFC 9110, 8.6)
    } else if (isHead()) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, whole.remaining());
      write(true, NOTHING.slice());
    } else {
      write(true, whole);
    }
  }

  private void sized(Answer answer, List<Header> more, SizedContent content)
      throws IOException, InterruptedException {
    long size = content.size();
    ByteRange.Part part = ByteRange.of(wantedRange(answer), size);
    ByteRange range =
        switch (part) {
          case ByteRange.Part.Whole _ -> new ByteRange(0, size);
          case ByteRange.Part.Piece(ByteRange piece) -> piece;
          case ByteRange.Part.Nothing _ ->
              throw new RefusedByHttp(Problem.unsatisfiableRange(size));
        };
    begin(answer, more);
    response.getHeaders().put("Accept-Ranges", "bytes");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, range.length());
    if (part instanceof ByteRange.Part.Piece) {
      response.setStatus(206);
      response.getHeaders().put("Content-Range", range.of(size));
    }
    if (!isHead() && range.length() > 0) {
      content.copy(range.first(), range.length(), new Outgoing(0));
    }
    write(true, NOTHING.slice());
  }

  /**
   * A range is for GET, and under {@code If-Range} only for the very content that the client has a
   * part of.
   */
  private Optional<String> wantedRange(Answer answer) {
    HttpFields headers = request.getHeaders();
    String validator = headers.get("If-Range");
    boolean same =
        validator == null
            || answer.headers().stream()
                .anyMatch(header ->
                    header.name().equalsIgnoreCase("ETag") && header.value().equals(validator));
    return request.getMethod().equals("GET") && same
        ? Optional.ofNullable(headers.get(HttpHeader.RANGE))
        : Optional.empty();
  }

  private void written(BodyWriter writer) throws IOException, InterruptedException {
    if (isHead()) {
      ofUnknownLength();
      return;
    }
    var out = new Outgoing(32 << 10);
    writer.writeTo(out);
    out.finish();
  }

  /** Jetty would say length 0 if the first write were the last. */
  private void ofUnknownLength() throws IOException {
    write(false, NOTHING.slice());
    write(true, NOTHING.slice());
  }

  /** What goes on while a stream is open. */
  @FunctionalInterface
  private interface Streaming {
    void run(OpenStreams.OpenStream stream, OutputStream out)
        throws IOException, InterruptedException;
  }

  private void stream(Answer answer, List<Header> more, Supplier<String> whose, Streaming work)
      throws IOException {
    if (isHead()) {
      begin(answer, more);
      ofUnknownLength();
      return;
    }
    try (var stream = streams.enter(whose.get())) {
      begin(answer, more);
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
      runToItsEnd(work, stream);
    }
    write(true, NOTHING.slice());
  }

  private void runToItsEnd(Streaming work, OpenStreams.OpenStream stream) throws IOException {
    try {
      var out = new Streamed(stream);
      out.begin(); // the client sees at once that it is connected
      ClientWatch.start(request.getConnectionMetaData().getConnection().getEndPoint(), stream);
      work.run(stream, out);
    } catch (InterruptedException | StreamEnded ended) {
      if (stream.isAbandoned()) {
        throw new ClientGone(ended);
      }
      // Else the server stops, and this is a stream's end in order.
    }
  }

  private void events(OpenStreams.OpenStream stream, EventSource source, OutputStream out)
      throws IOException, InterruptedException {
    var events = new EventStream(out);
    Thread.ofVirtual().name("event-stream-heartbeat").start(() -> beat(stream, events));
    try {
      source.sendTo(events);
    } finally {
      events.end(); // a heartbeat must not be under way when the last bytes are sent
    }
  }

  private void beat(OpenStreams.OpenStream stream, EventStream events) {
    try {
      while (!stream.awaitEnd(heartbeat)) {
        events.comment("still here");
      }
    } catch (IOException | InterruptedException _) {
      stream.abandon();
    }
  }

  private void write(boolean last, ByteBuffer content) throws ClientGone {
    int length = content.remaining();
    if (!last && !response.isCommitted()) {
      announceChunks();
    }
    try {
      Content.Sink.write(response, last, content);
    } catch (IOException | UncheckedIOException broken) {
      throw new ClientGone(broken);
    }
    bytes += isHead() ? 0 : length;
  }

  /**
   * Jetty would send a body of unknown length without chunks on a connection that is to be closed;
   * then a client could not tell a broken answer from a whole one.
   */
  private void announceChunks() {
    boolean http11 = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1;
    boolean bodiless = response.getStatus() == NOT_MODIFIED;
    if (http11 && !bodiless && !response.getHeaders().contains(HttpHeader.CONTENT_LENGTH)) {
      response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, "chunked");
    }
  }

  /** A body of which each write is sent at once, whole, whoever wants the stream to end. */
  private final class Streamed extends OutputStream {
    private final OpenStreams.OpenStream stream;

    Streamed(OpenStreams.OpenStream stream) {
      this.stream = stream;
    }

    void begin() throws IOException {
      stream.write(() -> AnswerWriter.this.write(false, NOTHING.slice()));
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      if (length > 0) {
        stream.write(() -> AnswerWriter.this.write(false, ByteBuffer.wrap(source, offset, length)));
      }
    }
  }

  /** The body, through a buffer or, with one of 0 bytes, at once. */
  private final class Outgoing extends OutputStream {
    private final byte[] buffer;
    private int filled;

    Outgoing(int bufferSize) {
      this.buffer = new byte[bufferSize];
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      if (length > buffer.length - filled) {
        flush();
      }
      if (length > buffer.length) {
        AnswerWriter.this.write(false, ByteBuffer.wrap(source, offset, length));
      } else {
        System.arraycopy(source, offset, buffer, filled, length);
        filled += length;
      }
    }

    @Override
    public void flush() throws IOException {
      if (filled > 0) {
        AnswerWriter.this.write(false, ByteBuffer.wrap(buffer, 0, filled));
        filled = 0;
      }
    }

    void finish() throws IOException {
      AnswerWriter.this.write(true, ByteBuffer.wrap(buffer, 0, filled));
    }
  }
}
