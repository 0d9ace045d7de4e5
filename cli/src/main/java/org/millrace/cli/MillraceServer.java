package org.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * A server, as commands ask it. Every answer is bounded in size and time; a failure says what to
 * do.
 */
final class MillraceServer implements AutoCloseable {
  private static final Duration TO_CONNECT = Duration.ofSeconds(10);
  private static final Duration TO_ANSWER = Duration.ofSeconds(60);
  private static final Duration TO_TAKE_A_GRAPH = Duration.ofMinutes(10);
  private static final long LARGEST_ANSWER = 256L << 20;
  private static final int LARGEST_REFUSAL = 64 << 10;
  private static final JsonMapper JSON = new JsonMapper();

  private final URI address;
  private final Optional<Credentials> credentials;
  private final HttpClient client;

  MillraceServer(URI address, Optional<Credentials> credentials) {
    this.address = address;
    this.credentials = credentials;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TO_CONNECT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** Where it is. */
  URI address() {
    return address;
  }

  /** Text as one segment of a path, or as a value in a query. */
  static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The JSON at a path. */
  JsonNode get(String path) throws CommandFailed, InterruptedException {
    return json(send(request(path).GET().build()));
  }

  /** What the server answers to a post of JSON, or of nothing. */
  JsonNode post(String path, byte[] body) throws CommandFailed, InterruptedException {
    return json(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build()));
  }

  /** What came of a graph. */
  sealed interface Judged {
    record Taken(JsonNode answer) implements Judged {}

    /**
     * It is broken.
     *
     * @param faults at least one, each with line, column, where and message
     */
    record Broken(List<JsonNode> faults) implements Judged {}
  }

  /** Posts a graph. */
  Judged post(String path, GraphFile graph, Map<String, String> headers)
      throws CommandFailed, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .timeout(TO_TAKE_A_GRAPH)
            .header("Content-Type", graph.mediaType())
            .POST(BodyPublishers.ofByteArray(graph.bytes()));
    headers.forEach(request::header);
    HttpResponse<byte[]> answer =
        exchange(
            request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
    if (answer.statusCode() == 400) {
      List<JsonNode> faults = Wire.each(json(answer), "faults");
      if (!faults.isEmpty()) {
        return new Judged.Broken(faults);
      }
    }
    if (answer.statusCode() / 100 != 2) {
      throw refusal(answer, answer.body());
    }
    return new Judged.Taken(json(answer));
  }

  /**
   * An answer that may last, still open. The status is 200 or 204.
   *
   * @throws CommandFailed if it is refused, or nobody answers
   */
  HttpResponse<InputStream> open(String path, Map<String, String> headers)
      throws CommandFailed, InterruptedException {
    HttpRequest.Builder request = request(path).GET();
    headers.forEach(request::header);
    HttpResponse<InputStream> answer = exchange(request.build(), BodyHandlers.ofInputStream());
    if (answer.statusCode() / 100 == 2) {
      return answer;
    }
    try (InputStream body = answer.body()) {
      throw refusal(answer, body.readNBytes(LARGEST_REFUSAL));
    } catch (IOException broken) {
      throw broken(broken);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(TO_ANSWER);
    credentials.ifPresent(known -> request.header("Authorization", known.basic()));
    return request;
  }

  private HttpResponse<byte[]> send(HttpRequest request)
      throws CommandFailed, InterruptedException {
    HttpResponse<byte[]> answer =
        exchange(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
    if (answer.statusCode() / 100 == 2) {
      return answer;
    }
    throw refusal(answer, answer.body());
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler)
      throws CommandFailed, InterruptedException {
    try {
      return client.send(request, handler);
    } catch (ConnectException refused) {
      if (isOfUnknownHost(refused)) {
        throw new CommandFailed(
            ExitCode.UNREACHABLE,
            "no host is known by the name '" + address.getHost() + "'; see --server");
      }
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "no server at " + address + ": start one with ./millrace serve, or see --server");
    } catch (HttpTimeoutException _) {
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "no answer from " + address + " within " + TO_ANSWER.toSeconds() + " s: try again later");
    } catch (IOException failure) {
      throw broken(failure);
    }
  }

  private static boolean isOfUnknownHost(Throwable refused) {
    return refused instanceof UnresolvedAddressException
        || (refused.getCause() != null && isOfUnknownHost(refused.getCause()));
  }

  /** The connection failed in the middle. */
  CommandFailed broken(IOException failure) {
    String why = Optional.ofNullable(failure.getMessage()).orElse("closed");
    return new CommandFailed(
        ExitCode.UNREACHABLE,
        "the connection to " + address + " broke (" + why + "): is the server still running?");
  }

  private CommandFailed refusal(HttpResponse<?> answer, byte[] body) {
    return Refusals.of(
        address,
        answer.statusCode(),
        answer.headers().firstValue("Retry-After"),
        new String(body, StandardCharsets.UTF_8));
  }

  private JsonNode json(HttpResponse<byte[]> answer) throws CommandFailed {
    try {
      return JSON.readTree(new String(answer.body(), StandardCharsets.UTF_8));
    } catch (JsonProcessingException _) {
      throw Refusals.notMillrace(address);
    }
  }

  /** Cuts what is still open. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
