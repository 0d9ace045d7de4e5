package org.millrace.transfer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/** A well-behaved HTTP server on loopback that remembers what it was asked. */
final class JettyPeer implements AutoCloseable {
  private final Server server = new Server(new VirtualThreadPool());
  private final ServerConnector connector;
  private final boolean tls;
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** A request line with the headers that tests look at. */
  record Asked(
      String method,
      String target,
      @Nullable String authorization,
      @Nullable String range,
      @Nullable String encoding,
      @Nullable String agent) {}

  /** Answers one request by hand. */
  interface Page {
    void serve(Request request, Response response) throws Exception;
  }

  JettyPeer(Page page) {
    this(page, null);
  }

  JettyPeer(Page page, SslContextFactory.@Nullable Server tls) {
    HttpConfiguration http = new HttpConfiguration();
    http.setUriCompliance(UriCompliance.UNSAFE);
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    this.tls = tls != null;
    this.connector =
        tls == null
            ? new ServerConnector(server, plain)
            : new ServerConnector(server, new SslConnectionFactory(tls, "http/1.1"), plain);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            asked.add(
                new Asked(
                    request.getMethod(),
                    request.getHttpURI().getPathQuery(),
                    request.getHeaders().get("Authorization"),
                    request.getHeaders().get("Range"),
                    request.getHeaders().get("Accept-Encoding"),
                    request.getHeaders().get("User-Agent")));
            page.serve(request, response);
            callback.succeeded();
            return true;
          }
        });
    try {
      server.start();
    } catch (Exception problem) {
      throw new IllegalStateException(problem);
    }
  }

  String url(String path) {
    return (tls ? "https" : "http") + "://127.0.0.1:" + port() + path;
  }

  int port() {
    return connector.getLocalPort();
  }

  static void answer(Response response, int status, String type, byte[] body) {
    response.setStatus(status);
    response.getHeaders().put("Content-Type", type);
    response.getHeaders().put("Content-Length", body.length);
    try (Blocking blocking = new Blocking()) {
      response.write(true, ByteBuffer.wrap(body), blocking.callback);
    }
  }

  static void answer(Response response, int status, String text) {
    answer(response, status, "text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  static void html(Response response, String page) {
    answer(response, 200, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }

  static void redirect(Response response, int status, String location) {
    response.getHeaders().put("Location", location);
    answer(response, status, "moved");
  }

  /** Waits for a write, so that pages read from top to bottom. */
  private static final class Blocking implements AutoCloseable {
    private final java.util.concurrent.CompletableFuture<Void> done =
        new java.util.concurrent.CompletableFuture<>();
    private final Callback callback =
        Callback.from(() -> done.complete(null), done::completeExceptionally);

    @Override
    public void close() {
      done.join();
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception problem) {
      throw new IllegalStateException(problem);
    }
  }
}
