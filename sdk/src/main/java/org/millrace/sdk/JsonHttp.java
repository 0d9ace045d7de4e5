package org.millrace.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/** Sends JSON and reads JSON, with a limit of 64 MiB an answer and Basic credentials if any. */
final class JsonHttp implements AutoCloseable {
  static final int ANSWER_LIMIT = 64 << 20;

  /** 502, 503 and 504: a gateway stands there, but nobody behind it, or nobody who is ready. */
  private static final Set<Integer> AWAY = Set.of(502, 503, 504);

  private final CloseableHttpClient client;
  private final @Nullable String authorization;

  /** Status, the product header of Elasticsearch if there was one, and the body. */
  record Reply(int status, @Nullable String product, String body) {
    boolean good() {
      return status / 100 == 2;
    }

    JsonNode json(URI where) {
      try {
        return Json.read(body);
      } catch (JsonProcessingException e) {
        throw new DaneException.Refused(
            status, where + " answered " + status + " with what is not JSON: " + start());
      }
    }

    String start() {
      String text = body.strip();
      return text.length() <= 500 ? text : text.substring(0, 500) + "...";
    }
  }

  /**
   * Whether trying again is of no use while nobody changes something: the certificate is not
   * trusted, or another host's. A connection that broke off while hands were shaken may come about.
   */
  static boolean isForGood(IOException failure) {
    return failure instanceof SSLPeerUnverifiedException
        || (failure instanceof SSLHandshakeException && !brokeOff(failure));
  }

  private static boolean brokeOff(IOException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && !(cause instanceof SSLException)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a status tells of a server that is away, not of one that refuses. */
  static boolean isAway(int status) {
    return AWAY.contains(status);
  }

  JsonHttp(@Nullable String user, @Nullable String password, Duration timeout) {
    this.authorization =
        user == null
            ? null
            : "Basic "
                + Base64.getEncoder()
                    .encodeToString(
                        (user + ":" + (password == null ? "" : password))
                            .getBytes(StandardCharsets.UTF_8));
    this.client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .setSocketTimeout((int) timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .build())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .build())
            .disableAutomaticRetries()
            .disableCookieManagement()
            .build();
  }

  /**
   * What was answered.
   *
   * @throws DaneException.Refused if that is too large, which it would be again
   */
  Reply send(String method, URI uri, @Nullable ContentType type, @Nullable String body)
      throws IOException {
    HttpUriRequestBase request = new HttpUriRequestBase(method, uri);
    request.setHeader("Accept", "application/json");
    if (authorization != null) {
      request.setHeader("Authorization", authorization);
    }
    if (body != null) {
      request.setEntity(new ByteArrayEntity(body.getBytes(StandardCharsets.UTF_8), type));
    }
    return client.execute(request, response -> reply(uri, response));
  }

  private static Reply reply(URI uri, ClassicHttpResponse response) throws IOException {
    Header product = response.getFirstHeader("X-Elastic-Product");
    return new Reply(
        response.getCode(), product == null ? null : product.getValue(), text(uri, response));
  }

  private static String text(URI uri, ClassicHttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return "";
    }
    try (InputStream in = entity.getContent()) {
      byte[] body = in.readNBytes(ANSWER_LIMIT + 1);
      if (body.length > ANSWER_LIMIT) {
        throw new DaneException.Refused(
            response.getCode(), uri + " answered more than " + ANSWER_LIMIT + " bytes");
      }
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    client.close(CloseMode.GRACEFUL);
  }
}
