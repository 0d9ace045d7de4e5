package org.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a handler answers: a status, headers, and a body that is at hand or is written later.
 * Immutable. A HEAD request gets the status and headers alone, and bodies that are written later
 * are then not asked for.
 */
public final class Answer {
  private final int status;
  private final List<Header> headers;
  private final Body body;

  private Answer(int status, List<Header> headers, Body body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException(
          "an answer has a status between 200 and 599, not " + status);
    }
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** A status without a body. */
  public static Answer empty(int status) {
    return new Answer(status, List.of(), Body.Bytes.NONE);
  }

  /** JSON in UTF-8, with status 200. */
  public static Answer json(byte[] json) {
    return bytes(200, "application/json", json);
  }

  /** JSON in UTF-8. */
  public static Answer json(int status, byte[] json) {
    return bytes(status, "application/json", json);
  }

  /** Text, sent as UTF-8. */
  public static Answer text(int status, String text) {
    return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A body that is at hand; sent with the headers in one write. Not copied: leave it alone
   * afterwards.
   */
  public static Answer bytes(int status, String contentType, byte[] body) {
    return new Answer(status, type(contentType), new Body.Bytes(ByteBuffer.wrap(body)));
  }

  /** To another place: 307 and 308 keep method and body. */
  public static Answer redirect(int status, String location) {
    return empty(status).with("Location", location);
  }

  /** A body that ends soon but is too large to be held: written through a buffer, chunked. */
  public static Answer written(int status, String contentType, BodyWriter writer) {
    return new Answer(status, type(contentType), new Body.Written(writer));
  }

  /**
   * Bytes of known size: all of them with status 200 or, for a single byte range that the request
   * asked for, that part with 206, and 416 where it does not exist ({@code Range}, {@code If-Range}
   * with an {@code ETag} of this answer; RFC 9110, 13 and 14).
   */
  public static Answer sized(String contentType, SizedContent content) {
    return new Answer(200, type(contentType), new Body.Sized(content));
  }

  /**
   * A file as it is now; what is appended later is not sent.
   *
   * @throws IOException if it cannot be read; whether links may be followed is the caller's
   *     business
   */
  public static Answer file(String contentType, Path file) throws IOException {
    return sized(contentType, FileContent.of(file));
  }

  /**
   * A stream of bytes that may pause for long: every write is sent at once. It counts as an open
   * stream, of which the server has a bounded number (503 above it, 429 above a quarter of them for
   * one user or address), and the writer is interrupted when the client has gone or the server
   * stops.
   */
  public static Answer followed(String contentType, BodyWriter writer) {
    return live(new Answer(200, type(contentType), new Body.Followed(writer)));
  }

  /** Server-sent events. Bounded and ended like {@link #followed}. */
  public static Answer events(EventSource source) {
    return live(new Answer(200, type("text/event-stream"), new Body.Events(source)));
  }

  /** Nobody on the way may keep it; the second line is how nginx is told. */
  private static Answer live(Answer answer) {
    return answer.with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
  }

  /** The same with one more header line. */
  public Answer with(String name, String value) {
    return with(new Header(name, value));
  }

  Answer with(Header header) {
    var more = new ArrayList<Header>(headers.size() + 1);
    more.addAll(headers);
    more.add(header);
    return new Answer(status, List.copyOf(more), body);
  }

  /** 200 to 599. */
  public int status() {
    return status;
  }

  /** In the order in which they are sent. */
  public List<Header> headers() {
    return headers;
  }

  Body body() {
    return body;
  }

  private static List<Header> type(String contentType) {
    return List.of(new Header("Content-Type", contentType));
  }

  /** The kinds of body. */
  sealed interface Body {
    /** At hand; the buffer's position is never moved. */
    record Bytes(ByteBuffer whole) implements Body {
      static final Bytes NONE = new Bytes(ByteBuffer.allocate(0));
    }

    /** Written soon. */
    record Written(BodyWriter writer) implements Body {}

    /** Of known size, in any part. */
    record Sized(SizedContent content) implements Body {}

    /** Written over a long time. */
    record Followed(BodyWriter writer) implements Body {}

    /** Events over a long time. */
    record Events(EventSource source) implements Body {}
  }
}
