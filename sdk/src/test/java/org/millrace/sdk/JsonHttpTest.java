package org.millrace.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which faults of a connection may pass, and which come again however often one tries. */
class JsonHttpTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  @TempDir private Path folder;

  @Test
  void an_answer_that_is_too_large_is_refused_and_not_fetched_again() throws IOException {
    AtomicInteger fetched = new AtomicInteger();
    HttpServer server = HttpServer.create(anyPort(), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            if (exchange.getRequestMethod().equals("GET")) {
              byte[] hello = "{\"version\":{\"number\":\"7.17.9\"}}".getBytes(UTF_8);
              exchange.getResponseHeaders().set("X-Elastic-Product", "Elasticsearch");
              exchange.sendResponseHeaders(200, hello.length);
              exchange.getResponseBody().write(hello);
            } else if (exchange.getRequestMethod().equals("HEAD")) {
              exchange.sendResponseHeaders(200, -1);
            } else {
              fetched.incrementAndGet();
              tooMuch(exchange);
            }
          }
        });
    server.start();
    try (ElasticsearchHandler index =
        ElasticsearchHandler.connect(index("http", server.getAddress().getPort()))) {
      assertThatThrownBy(() -> index.assignedTasks("d"))
          .isInstanceOfSatisfying(
              DaneException.Refused.class, refused -> assertThat(refused.status()).isEqualTo(200))
          .hasMessageContaining("more than " + JsonHttp.ANSWER_LIMIT + " bytes");
    } finally {
      server.stop(0);
    }
    assertThat(fetched).hasValue(1);
  }

  private static void tooMuch(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, JsonHttp.ANSWER_LIMIT + 1L);
    try (OutputStream out = exchange.getResponseBody()) {
      byte[] part = new byte[1 << 20];
      for (int sent = 0; sent < JsonHttp.ANSWER_LIMIT; sent += part.length) {
        out.write(part);
      }
      out.write(0);
    }
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_refused() throws Exception {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(unknown()));
    server.start();
    int port = server.getAddress().getPort();
    try (ApiHandler api = ApiHandler.connect(URI.create("https://127.0.0.1:" + port + "/DANE/"))) {
      assertThatThrownBy(() -> api.document("d"))
          .isInstanceOf(DaneException.Refused.class)
          .hasMessageContaining("certificate")
          .hasCauseInstanceOf(SSLHandshakeException.class);
      assertThatThrownBy(() -> ElasticsearchHandler.connect(index("https", port)))
          .isInstanceOf(DaneException.Refused.class)
          .hasMessageContaining("certificate");
      assertThatThrownBy(() ->
              ElasticsearchHandler.connect(
                  index("https", port)
                      .with("ELASTICSEARCH.HOST", List.of("127.0.0.1", "127.0.0.9"))))
          .as("nothing listens on the other host, which may come back")
          .isInstanceOf(ResourceUnreachable.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_handshake_that_breaks_off_is_one_with_a_server_that_is_away() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> breakOff(server));
      assertThatThrownBy(() -> ElasticsearchHandler.connect(index("https", server.getLocalPort())))
          .isInstanceOf(ResourceUnreachable.class)
          .hasCauseInstanceOf(SSLException.class);
    }
  }

  /** Hears the greeting of each client, and hangs up. */
  private static void breakOff(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        byte[] start =
            client.getInputStream().readNBytes(5); // of a record: its last two say how long
        client.getInputStream().readNBytes((start[3] & 0xff) << 8 | (start[4] & 0xff));
      } catch (IOException e) {
        // the test has ended, or the client was faster
      }
    }
  }

  @Test
  void only_what_comes_again_is_for_good() {
    assertThat(JsonHttp.isForGood(new SSLPeerUnverifiedException("for another host"))).isTrue();
    assertThat(JsonHttp.isForGood(handshake(new CertificateException("not trusted")))).isTrue();
    assertThat(JsonHttp.isForGood(new SSLHandshakeException("no cipher in common"))).isTrue();
    assertThat(JsonHttp.isForGood(handshake(new EOFException("hung up")))).isFalse();
    assertThat(JsonHttp.isForGood(handshake(new SSLException("x", new SocketException("reset")))))
        .isFalse();
    assertThat(JsonHttp.isForGood(new SSLException("cut off", new SocketException("reset"))))
        .isFalse();
    assertThat(JsonHttp.isForGood(new SocketException("reset"))).isFalse();
  }

  private static SSLHandshakeException handshake(Exception cause) {
    return new SSLHandshakeException("failed", cause);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Config index(String scheme, int port) {
    return Config.defaults()
        .with("ELASTICSEARCH.SCHEME", scheme)
        .with("ELASTICSEARCH.HOST", List.of("127.0.0.1"))
        .with("ELASTICSEARCH.PORT", port);
  }

  /** A server that has signed its certificate itself. */
  private SSLContext unknown() throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                String.valueOf(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
