package org.millrace.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom to trust behind TLS. */
final class Trust {
  private Trust() {}

  /**
   * @throws IllegalArgumentException if the file of authorities cannot be used
   */
  static SSLContext of(RabbitConfig.Tls tls) {
    try {
      if (tls.authority().isEmpty()) {
        return SSLContext.getDefault();
      }
      var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(authorities(tls.authority().get()));
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException fault) {
      throw new IllegalArgumentException(
          "the broker's authorities cannot be read from "
              + tls.authority().map(Path::toString).orElse("the JDK")
              + ": it must be a readable PEM file of certificates",
          fault);
    }
  }

  private static KeyStore authorities(Path file) throws GeneralSecurityException, IOException {
    Collection<? extends Certificate> certificates;
    try (InputStream text = Files.newInputStream(file)) {
      certificates = CertificateFactory.getInstance("X.509").generateCertificates(text);
    }
    if (certificates.isEmpty()) {
      throw new IOException("no certificate in it");
    }
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("authority-" + number++, certificate);
    }
    return store;
  }
}
