package org.millrace.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.millrace.engine.workers.WorkerBroker.Binding;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;

/**
 * Asks RabbitMQ's management plug-in which queues there are and what binds them: {@code
 * /api/exchanges/VHOST/NAME/bindings/source} and {@code /api/queues/VHOST}, page by page. Its
 * figures are up to 5 s old. Follows no redirect, and is bounded in time and in the size of
 * answers. Thread-safe.
 */
final class ManagementApi implements AutoCloseable {
  private static final int LONGEST_ANSWER = 16 << 20;
  private static final int PAGE = 500; // the most that the plug-in gives
  private static final int MOST_PAGES = 20;
  private static final ObjectMapper JSON = new ObjectMapper();
  private final RabbitConfig config;
  private final String base;
  private final String authorization;
  private final CloseableHttpClient client;

  ManagementApi(RabbitConfig config, URI address) {
    this.config = config;
    this.base = address.toString().replaceAll("/+$", "") + "/api/";
    String pair = config.account().user() + ":" + config.account().password();
    this.authorization =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    Timeout patience = Timeout.of(config.patience().connect());
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(2)
            .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(patience).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(patience)
                    .setSocketTimeout(patience)
                    .build());
    config
        .tls()
        .ifPresent(
            tls -> connections.setTlsSocketStrategy(new DefaultClientTlsStrategy(Trust.of(tls))));
    this.client =
        HttpClientBuilder.create()
            .setConnectionManager(connections.build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(patience)
                    .setResponseTimeout(patience)
                    .build())
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableAuthCaching()
            .disableCookieManagement()
            .build();
  }

  /** The queues of our virtual host, with what binds them to our exchanges now. */
  List<WorkerQueue> queues() throws IOException {
    Map<String, List<Binding>> bindings = new HashMap<>();
    for (String exchange : config.exchanges()) {
      for (JsonNode binding :
          list(ask("exchanges/" + vhost() + "/" + encoded(exchange) + "/bindings/source"))) {
        if ("queue".equals(binding.path("destination_type").asText())) {
          bindings
              .computeIfAbsent(binding.path("destination").asText(), _ -> new ArrayList<>())
              .add(new Binding(exchange, binding.path("routing_key").asText()));
        }
      }
    }
    return all(bindings);
  }

  private List<WorkerQueue> all(Map<String, List<Binding>> bindings) throws IOException {
    var queues = new ArrayList<WorkerQueue>();
    int pages = 1;
    for (int page = 1; page <= pages; page++) {
      JsonNode answer =
          ask(
              "queues/"
                  + vhost()
                  + "?columns=name,consumers,messages,message_stats.redeliver_details.rate&page="
                  + page
                  + "&page_size="
                  + PAGE);
      pages = answer.path("page_count").asInt(1);
      if (pages > MOST_PAGES) {
        throw new IOException(
            "at " + base + " there are more than " + MOST_PAGES * PAGE + " queues");
      }
      for (JsonNode queue : list(answer.path("items"))) {
        List<Binding> its = bindings.getOrDefault(queue.path("name").asText(), List.of());
        if (isCounted(queue) || !its.isEmpty()) { // else somebody's that need not be waited for
          queues.add(
              new WorkerQueue(
                  queue.path("name").asText(),
                  its,
                  queue.path("consumers").asInt(),
                  messages(queue),
                  queue.at("/message_stats/redeliver_details/rate").asDouble() > 0));
        }
      }
    }
    return queues;
  }

  /** How many answers lie in our answer queue. */
  long answers() throws IOException {
    return messages(
        ask("queues/" + vhost() + "/" + encoded(config.answerQueue()) + "?columns=name,messages"));
  }

  /** What is not told is not none: shortly after its start a broker has not counted yet. */
  private long messages(JsonNode queue) throws IOException {
    if (!isCounted(queue)) {
      throw new IOException(
          "at "
              + base
              + " it is not told how many messages lie in queue "
              + queue.path("name").asText("?")
              + ": it may not have counted yet; else check that statistics are on");
    }
    return queue.path("messages").asLong();
  }

  private static boolean isCounted(JsonNode queue) {
    return queue.path("messages").isIntegralNumber();
  }

  /** Something else stands there that answers JSON too: it must not be taken for no queues. */
  private JsonNode list(JsonNode answer) throws IOException {
    if (!answer.isArray()) {
      throw new IOException(
          "at " + base + " no list is answered: check that it is the broker's management");
    }
    return answer;
  }

  private JsonNode ask(String what) throws IOException {
    var request = new HttpGet(base + what);
    request.setHeader(HttpHeaders.AUTHORIZATION, authorization);
    return client.execute(
        request,
        response -> {
          try {
            return read(response);
          } catch (IOException | RuntimeException fault) {
            request.cancel(); // else the client reads the answer to its end first, if it has one
            throw fault;
          }
        });
  }

  private JsonNode read(ClassicHttpResponse response) throws IOException {
    if (response.getCode() != 200) {
      throw new IOException(
          "the broker's management at "
              + base
              + " answers "
              + response.getCode()
              + "; the account needs the tag management or monitoring");
    }
    if (response.getEntity() == null) {
      throw new IOException("the broker's management at " + base + " answers nothing");
    }
    byte[] bytes = response.getEntity().getContent().readNBytes(LONGEST_ANSWER + 1);
    if (bytes.length > LONGEST_ANSWER) {
      throw new IOException(
          "the broker's management at " + base + " answers more than " + LONGEST_ANSWER + " bytes");
    }
    return JSON.readTree(bytes);
  }

  private String vhost() {
    return encoded(config.virtualHost());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }
}
