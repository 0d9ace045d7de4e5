package org.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.broker.RabbitConfig.Capacity;
import org.millrace.broker.RabbitConfig.Patience;
import org.millrace.broker.RabbitConfig.Tls;

/** Whom this server believes to be its broker. */
@Timeout(120)
class TrustTest {
  @TempDir static Path folder;
  private static boolean made;

  @BeforeAll
  static void make_an_authority() throws Exception {
    made = Certificates.make(folder);
  }

  private static SSLContext trust(Path file) {
    return Trust.of(new Tls(Optional.of(file)));
  }

  @Test
  void without_a_file_the_authorities_of_the_jdk_are_trusted() throws Exception {
    assertThat(Trust.of(new Tls(Optional.empty()))).isSameAs(SSLContext.getDefault());
  }

  @Test
  void a_file_that_is_not_there_is_named() {
    assertThatThrownBy(() -> trust(folder.resolve("none.pem")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.pem")
        .hasMessageContaining("PEM");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no certificate at all",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n"
      })
  void a_file_without_certificates_is_named(String text) throws IOException {
    Path file = Files.writeString(Files.createTempFile(folder, "odd", ".pem"), text);

    assertThatThrownBy(() -> trust(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void a_folder_is_no_file() {
    assertThatThrownBy(() -> trust(folder)).isInstanceOf(IllegalArgumentException.class);
  }

  // Over TLS, here with the management of a broker

  @Test
  void the_authority_of_the_file_is_believed_and_no_other() throws Exception {
    try (Server server = new Server()) {
      assertThat(server.asked(Optional.of(folder.resolve("ca.pem")), "127.0.0.1")).isEmpty();
      assertThatThrownBy(() -> server.asked(Optional.empty(), "127.0.0.1"))
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void the_name_in_the_certificate_must_be_that_of_the_broker() throws Exception {
    try (Server server = new Server()) {
      assertThatThrownBy(() -> server.asked(Optional.of(folder.resolve("ca.pem")), "localhost"))
          .as("the certificate is for 127.0.0.1 alone")
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void one_of_several_authorities_is_enough_in_any_order() throws Exception {
    try (Server server = new Server()) {
      Path other = folder.resolve("other");
      Certificates.make(other);
      String right = Files.readString(folder.resolve("ca.pem"));
      String wrong = Files.readString(other.resolve("ca.pem"));

      assertThat(server.asked(written(wrong + right), "127.0.0.1")).isEmpty();
      assertThat(server.asked(written(right + wrong), "127.0.0.1")).isEmpty();
      assertThatThrownBy(() -> server.asked(written(wrong + wrong), "127.0.0.1"))
          .isInstanceOf(SSLException.class);
    }
  }

  private static Optional<Path> written(String certificates) throws IOException {
    return Optional.of(
        Files.writeString(Files.createTempFile(folder, "several", ".pem"), certificates));
  }

  /** Says over TLS that nothing is bound. */
  private static final class Server implements AutoCloseable {
    private final HttpsServer server;

    private Server() throws Exception {
      Assumptions.assumeTrue(made, "needs openssl");
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
      server.setHttpsConfigurator(new HttpsConfigurator(identity()));
      server.createContext(
          "/",
          exchange -> {
            boolean forQueues = exchange.getRequestURI().getPath().contains("/queues/");
            byte[] none = (forQueues ? "{\"items\": []}" : "[]").getBytes(UTF_8);
            exchange.sendResponseHeaders(200, none.length);
            try (var out = exchange.getResponseBody()) {
              out.write(none);
            }
          });
      server.start();
    }

    private static SSLContext identity() throws Exception {
      var keys = KeyStore.getInstance(KeyStore.getDefaultType());
      keys.load(null, null);
      char[] password = "none".toCharArray();
      keys.setKeyEntry("server", key(), password, new Certificate[] {certificate()});
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password);
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    }

    private static PrivateKey key() throws Exception {
      String text =
          Files.readString(folder.resolve("server.key")).replaceAll("-----[A-Z ]+-----|\\s", "");
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    private static Certificate certificate() throws Exception {
      try (InputStream text = Files.newInputStream(folder.resolve("server.pem"))) {
        return CertificateFactory.getInstance("X.509").generateCertificate(text);
      }
    }

    private List<?> asked(Optional<Path> authority, String host) throws IOException {
      var patience = Duration.ofSeconds(60);
      var address = URI.create("https://" + host + ":" + server.getAddress().getPort());
      var config =
          new RabbitConfig(
              host,
              5671,
              Optional.of(new Tls(authority)),
              "/",
              new Account("ada", "secret"),
              List.of("DANE-exchange"),
              "answers",
              Optional.of(address),
              Capacity.USUAL,
              new Patience(patience, patience, patience, patience));
      try (var api = new ManagementApi(config, address)) {
        return api.queues();
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
