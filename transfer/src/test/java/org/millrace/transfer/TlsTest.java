package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.transfer.Fixtures.ANYWHERE;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.failure;
import static org.millrace.transfer.Fixtures.source;

import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer.TransferFailed;

final class TlsTest {
  private static final String PASSWORD = "changeit";
  @TempDir static Path dir;
  private static KeyStore keys;
  private final Fixtures.Kept kept = new Fixtures.Kept();

  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = dir.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "peer",
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
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
  }

  private static JettyPeer peer(JettyPeer.Page page) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(keys);
    tls.setKeyStorePassword(PASSWORD);
    tls.setSniRequired(false);
    return new JettyPeer(page, tls);
  }

  private static HttpClients trusting(HttpConfig config) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return new HttpClients(
        config, ANYWHERE, InetAddress::getAllByName, new DefaultClientTlsStrategy(context));
  }

  private static HttpTransfer over(HttpClients clients) {
    return new HttpTransfer(clients, new Fixtures.NoSleep(), CLOCK, chance());
  }

  @Test
  void a_trusted_peer_is_talked_to() throws Exception {
    try (JettyPeer peer = peer((request, response) -> JettyPeer.answer(response, 200, "text"));
        HttpClients clients = trusting(CONFIG)) {
      over(clients).fetch(peer.url("/a"), kept, Progress.NONE);
      assertThat(kept.text()).isEqualTo("text");
    }
  }

  @Test
  void a_peer_that_nobody_vouches_for_is_refused_for_good() {
    try (JettyPeer peer = peer((request, response) -> JettyPeer.answer(response, 200, "text"));
        HttpClients clients = Fixtures.clients(CONFIG)) {
      TransferFailed failed =
          failure(() -> over(clients).fetch(peer.url("/a"), kept, Progress.NONE));
      assertThat(failed.why().code()).isEqualTo("peer-not-trusted");
      assertThat(failed.why().byCaller()).isFalse();
      assertThat(failed.isPassing()).isFalse();
      assertThat(peer.asked).isEmpty();
    }
  }

  @Test
  void a_certificate_for_another_host_is_refused_for_good() throws Exception {
    try (JettyPeer peer = peer((request, response) -> JettyPeer.answer(response, 200, "text"));
        HttpClients clients = trusting(CONFIG)) {
      String url = peer.url("/a").replace("127.0.0.1", "localhost");
      TransferFailed failed = failure(() -> over(clients).fetch(url, kept, Progress.NONE));
      assertThat(failed.why().code()).isEqualTo("peer-not-trusted");
      assertThat(failed.isPassing()).isFalse();
    }
  }

  @Test
  void a_redirect_to_plain_http_is_refused() throws Exception {
    try (JettyPeer plain =
            new JettyPeer((request, response) -> JettyPeer.answer(response, 200, "text"));
        JettyPeer peer =
            peer((request, response) -> JettyPeer.redirect(response, 302, plain.url("/a")));
        HttpClients clients = trusting(CONFIG)) {
      TransferFailed failed =
          failure(() -> over(clients).fetch(peer.url("/a"), kept, Progress.NONE));
      assertThat(failed.why().code()).isEqualTo("redirect-refused");
      assertThat(plain.asked).isEmpty();
    }
  }

  @Test
  void a_peer_that_does_not_speak_tls_is_a_passing_failure() throws Exception {
    HttpConfig hasty =
        CONFIG.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5)).withTries(1);
    try (RawPeer peer = RawPeer.saying("HTTP/1.1 400 Bad Request~~");
        HttpClients clients = trusting(hasty)) {
      TransferFailed failed =
          failure(() ->
              over(clients).fetch("https://127.0.0.1:" + peer.port() + "/a", kept, Progress.NONE));
      assertThat(failed.isPassing()).isTrue();
    }
  }

  @Test
  void a_peer_that_never_shakes_hands_is_a_passing_failure() throws Exception {
    HttpConfig hasty =
        CONFIG.withTimeouts(Duration.ofMillis(400), Duration.ofSeconds(30)).withTries(1);
    try (RawPeer peer = new RawPeer((self, socket, number) -> self.untilGone(socket));
        HttpClients clients = trusting(hasty)) {
      TransferFailed failed =
          failure(() ->
              over(clients).fetch("https://127.0.0.1:" + peer.port() + "/a", kept, Progress.NONE));
      assertThat(failed.isPassing()).isTrue();
      assertThat(failed.why().code()).isIn("peer-unreachable", "peer-silent");
    }
  }

  @Test
  void an_early_refusal_is_heard_through_tls() throws Exception {
    try (JettyPeer peer =
            peer((request, response) -> JettyPeer.answer(response, 413, "too large"));
        HttpClients clients = trusting(CONFIG.withTries(1))) {
      TransferFailed failed =
          failure(() ->
              over(clients).store(source("f", new byte[64 << 20]), peer.url("/a"), Progress.NONE));
      assertThat(failed.why().code()).isIn("output-too-large", "peer-broke-off");
    }
  }
}
