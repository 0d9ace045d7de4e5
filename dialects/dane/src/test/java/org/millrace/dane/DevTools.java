package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A connection to a browser, or to a page in it, by the browser's DevTools protocol. */
final class DevTools implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final AtomicInteger last = new AtomicInteger();
  private final BiConsumer<String, JsonNode> events;
  private final WebSocket socket;
  private CompletableFuture<WebSocket> sent;

  /**
   * Connects.
   *
   * @param events gets each by its name, one after the other, and may not wait
   */
  DevTools(HttpClient client, URI address, BiConsumer<String, JsonNode> events) {
    this.events = events;
    socket = client.newWebSocketBuilder().buildAsync(address, new Reader()).join();
    sent = CompletableFuture.completedFuture(socket);
  }

  /** Gathers messages, which may come in pieces. */
  private final class Reader implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean isLast) {
      message.append(piece);
      if (isLast) {
        take(DaneServer.json(message.toString()));
        message.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      asked.values().forEach(each -> each.completeExceptionally(failure));
    }
  }

  private void take(JsonNode message) {
    CompletableFuture<JsonNode> answer = asked.remove(message.path("id").asInt());
    if (answer != null) {
      answer.complete(message);
    } else {
      events.accept(message.path("method").asText(), message.path("params"));
    }
  }

  /** Says it and waits for the answer. */
  JsonNode tell(String method, Map<String, ?> parameters) {
    try {
      JsonNode answer = send(method, parameters).get(30, TimeUnit.SECONDS);
      assertThat(answer.has("error")).as(method + ": " + answer).isFalse();
      return answer.path("result");
    } catch (Exception failed) {
      throw new AssertionError(method, failed);
    }
  }

  /** Says it, and lets the answer be: for readers of events, who may not wait. */
  void say(String method, Map<String, ?> parameters) {
    var _ = send(method, parameters);
  }

  private CompletableFuture<JsonNode> send(String method, Map<String, ?> parameters) {
    int id = last.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    asked.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    synchronized (this) { // a socket takes one at a time
      sent = sent.thenCompose(_ -> socket.sendText(message.toString(), true));
    }
    return answer;
  }

  @Override
  public void close() {
    socket.abort();
  }
}
