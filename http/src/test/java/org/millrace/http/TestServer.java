package org.millrace.http;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.millrace.http.signin.Anonymous;
import org.millrace.http.signin.SignIn;

/** A server on a free port of the loopback address, and what its observer was told. */
final class TestServer implements AutoCloseable {
  private final HttpServer server;
  private final URI address;
  private final LinkedBlockingQueue<Answered> answered = new LinkedBlockingQueue<>();

  private TestServer(HttpConfig config, SignIn signIn, List<Face> faces) {
    server = new HttpServer(config, signIn, faces, answered::add);
    server.start();
    address = server.listening().getFirst();
  }

  static TestServer of(Face... faces) {
    return with(config -> config, Anonymous.onLoopback(), faces);
  }

  static TestServer with(SignIn signIn, Face... faces) {
    return with(config -> config, signIn, faces);
  }

  static TestServer with(UnaryOperator<HttpConfig> change, SignIn signIn, Face... faces) {
    return new TestServer(
        change.apply(HttpConfig.on(Listener.onLoopback(0))), signIn, List.of(faces));
  }

  HttpServer http() {
    return server;
  }

  URI address() {
    return address;
  }

  Wire connect() throws IOException {
    return Wire.to(address());
  }

  /** A request whose headers are whole but for the empty line. */
  Wire.Reply ask(String head) throws IOException {
    return ask(head, "");
  }

  /**
   * A request line and headers without Host, and a body of which the length is announced if there
   * is one.
   */
  Wire.Reply ask(String head, String body) throws IOException {
    String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
    return raw(head + "\r\nHost: test\r\n" + length + "\r\n" + body);
  }

  /** Exactly these bytes. */
  Wire.Reply raw(String request) throws IOException {
    return Wire.ask(address(), request);
  }

  /** The next request that was answered. */
  Answered observed() throws InterruptedException {
    Answered next = answered.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no request was observed");
    }
    return next;
  }

  @Override
  public void close() {
    server.close();
  }
}
