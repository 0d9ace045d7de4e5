package org.millrace.transfer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.millrace.engine.staging.Destinations;

/**
 * The one place where HTTP clients are made: a pool of connections for transfers and web-hooks, and
 * connections for services that are used once; bounded in connections, headers and silence,
 * dialling only what {@link Destinations} allows.
 *
 * <p>The client does nothing by itself: it follows no redirect, repeats nothing, decodes no
 * content, keeps no cookies, uses no proxy and answers no challenge. Whoever needs one of these
 * says so, where the rules for it can be read. Thread-safe; close it when nothing uses it any more.
 */
public final class HttpClients implements AutoCloseable {
  private static final int LONGEST_HEADER_LINE = 65_536;
  private static final int MOST_HEADERS = 200;
  private final Destinations destinations;
  private final HttpConfig config;
  private final CheckedNames names;
  private final CloseableHttpClient client;
  private final CloseableHttpClient fresh;

  /**
   * Clients that look names up as the system does and trust the authorities that the JDK trusts.
   */
  public HttpClients(HttpConfig config, Destinations destinations) {
    this(config, destinations, InetAddress::getAllByName, new SystemTrust());
  }

  HttpClients(
      HttpConfig config,
      Destinations destinations,
      CheckedNames.Lookup lookup,
      TlsSocketStrategy tls) {
    this.destinations = destinations;
    this.config = config;
    this.names = new CheckedNames(destinations, lookup, config.connectTimeout());
    this.client =
        client(config, names, tls, config.connectionsPerHost())
            .evictIdleConnections(TimeValue.ofSeconds(30))
            .build();
    this.fresh =
        client(config, names, tls, config.connections())
            .setConnectionReuseStrategy((_, _, _) -> false)
            .build();
  }

  /** The client. Closed with this object, not by those who use it. */
  public CloseableHttpClient client() {
    return client;
  }

  /**
   * One that dials for each request: a connection that was kept may be closed by the peer at the
   * moment in which it is used again, and nobody knows then whether the request was read. Closed
   * with this object.
   */
  CloseableHttpClient freshConnections() {
    return fresh;
  }

  /** The resolver that asks the policy, for libraries that build an HTTP client of their own. */
  public DnsResolver names() {
    return names;
  }

  Destinations destinations() {
    return destinations;
  }

  HttpConfig config() {
    return config;
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
    fresh.close(CloseMode.IMMEDIATE);
    names.close();
  }

  /** The authorities that the JDK trusts, read for the first TLS connection: it takes 0.1 s. */
  private static final class SystemTrust implements TlsSocketStrategy {
    @Override
    public SSLSocket upgrade(
        Socket socket, String target, int port, Object attachment, HttpContext context)
        throws IOException {
      return Strategy.READ_ONCE.upgrade(socket, target, port, attachment, context);
    }

    private static final class Strategy {
      private static final TlsSocketStrategy READ_ONCE = DefaultClientTlsStrategy.createDefault();
    }
  }

  private static HttpClientBuilder client(
      HttpConfig config, DnsResolver names, TlsSocketStrategy tls, int perHost) {
    Timeout connect = Timeout.of(config.connectTimeout());
    Timeout read = Timeout.of(config.readTimeout());
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(names)
            .setTlsSocketStrategy(tls)
            .setMaxConnTotal(config.connections())
            .setMaxConnPerRoute(perHost)
            .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
            .setDefaultSocketConfig(
                SocketConfig.custom().setSoTimeout(read).setTcpNoDelay(true).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(connect)
                    .setSocketTimeout(read)
                    .setTimeToLive(TimeValue.ofMinutes(5))
                    .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                    .build())
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(
                        Http1Config.custom()
                            .setMaxLineLength(LONGEST_HEADER_LINE)
                            .setMaxHeaderCount(MOST_HEADERS)
                            .build())
                    .responseOutOfOrderStrategy(new EarlyAnswer())
                    .build())
            .build();
    return HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(read)
                .setResponseTimeout(read)
                .setProtocolUpgradeEnabled(false)
                .setAuthenticationEnabled(false)
                .build())
        .setRequestExecutor(new FreshAnswers())
        .setUserAgent("Millrace")
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching();
  }
}
