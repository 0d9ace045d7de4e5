package org.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.broker.RabbitConfig.Capacity;
import org.millrace.broker.RabbitConfig.Patience;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.workers.WorkerBroker.Binding;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;
import org.millrace.testkit.broker.RabbitNode;

/** What the management plug-in says, and what else may stand at its address. */
@Timeout(120)
class ManagementApiTest {
  private static final String BINDINGS = "/api/exchanges/a%2Fb%20c/DANE-exchange/bindings/source";
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile HttpHandler handler = exchange -> answer(exchange, 404, "");

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          handler.handle(exchange);
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static RabbitConfig config(Optional<String> address, Duration patience) {
    return new RabbitConfig(
        "127.0.0.1",
        RabbitNode.freePort(),
        Optional.empty(),
        "a/b c",
        new Account("ada", "secret"),
        List.of("DANE-exchange", "other"),
        "answers",
        address.map(URI::create),
        Capacity.USUAL,
        new Patience(patience, patience, Duration.ofMillis(1), Duration.ofMillis(50)));
  }

  private List<WorkerQueue> queues(String address, Duration patience) throws IOException {
    RabbitConfig config = config(Optional.of(address), patience);
    try (var api = new ManagementApi(config, config.management().orElseThrow())) {
      return api.queues();
    }
  }

  private List<WorkerQueue> queues() throws IOException {
    return queues(address(), Duration.ofSeconds(60));
  }

  private static void answer(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** Bindings of the first exchange, and pages of queues. */
  private void says(String bindings, String... pages) {
    handler =
        exchange -> {
          String path = exchange.getRequestURI().toString();
          if (path.equals(BINDINGS)) {
            answer(exchange, 200, bindings);
          } else if (path.endsWith("/bindings/source")) {
            answer(exchange, 200, "[]");
          } else {
            String page = path.replaceAll(".*[?&]page=([0-9]+).*", "$1");
            answer(exchange, 200, pages[(Integer.parseInt(page) - 1) % pages.length]);
          }
        };
  }

  private static String binding(String type, String queue, String key) {
    return """
    {"destination_type": "%s", "destination": "%s", "routing_key": "%s"}\
    """
        .formatted(type, queue, key);
  }

  private static String page(int count, String... queues) {
    return """
    {"page_count": %d, "items": [%s]}\
    """
        .formatted(count, String.join(",", queues));
  }

  private static String queue(String name, int consumers, long messages) {
    return """
    {"name": "%s", "consumers": %d, "messages": %d}\
    """
        .formatted(name, consumers, messages);
  }

  // What it says

  @Test
  void queues_are_told_with_all_keys_that_bind_them_to_our_exchanges() throws IOException {
    says(
        "["
            + binding("queue", "ASR", "#.ASR")
            + ","
            + binding("queue", "ASR", "Video.ASR")
            + ","
            + binding("exchange", "CUT", "#")
            + "]",
        page(1, queue("ASR", 2, 5_000_000_000L), queue("CUT", 1, 1), queue("unbound", 1, 1)));

    assertThat(queues())
        .containsExactly(
            new WorkerQueue(
                "ASR",
                List.of(
                    new Binding("DANE-exchange", "#.ASR"),
                    new Binding("DANE-exchange", "Video.ASR")),
                2,
                5_000_000_000L,
                false),
            new WorkerQueue("CUT", List.of(), 1, 1, false),
            new WorkerQueue("unbound", List.of(), 1, 1, false));
  }

  /** A broker that nobody has asked yet for a message tells no rates at all. */
  @Test
  void a_queue_whose_messages_are_given_again_is_told() throws IOException {
    says(
        "[]",
        page(
            1,
            redelivering("NEVER", "0.0"),
            redelivering("REFUSED", "0.2"),
            queue("UNASKED", 1, 1)));

    assertThat(queues())
        .extracting(WorkerQueue::name, WorkerQueue::givenBack)
        .containsExactly(tuple("NEVER", false), tuple("REFUSED", true), tuple("UNASKED", false));
  }

  private static String redelivering(String name, String rate) {
    return """
    {"name": "%s", "consumers": 1, "messages": 1,
     "message_stats": {"redeliver_details": {"rate": %s}}}\
    """
        .formatted(name, rate);
  }

  @Test
  void names_go_into_the_address_encoded_and_the_account_beside_it() throws IOException {
    List<String> accounts = new CopyOnWriteArrayList<>();
    handler =
        exchange -> {
          accounts.add(exchange.getRequestHeaders().getFirst("Authorization"));
          boolean forQueues = exchange.getRequestURI().toString().contains("/queues/");
          answer(exchange, 200, forQueues ? page(1) : "[]");
        };

    assertThat(queues(address() + "//", Duration.ofSeconds(60))).isEmpty();

    assertThat(asked)
        .as("of our virtual host alone")
        .containsExactly(
            BINDINGS,
            BINDINGS.replace("DANE-exchange", "other"),
            "/api/queues/a%2Fb%20c?columns=name,consumers,messages,message_stats.redeliver_details.rate&page=1&page_size=500");
    assertThat(accounts)
        .containsOnly("Basic " + Base64.getEncoder().encodeToString("ada:secret".getBytes(UTF_8)));
  }

  @Test
  void every_page_is_asked_for() throws IOException {
    says(
        "[" + binding("queue", "A", "a") + "," + binding("queue", "C", "c") + "]",
        page(3, queue("A", 1, 1)),
        page(3, queue("B", 1, 1)),
        page(3, queue("C", 1, 1)));

    assertThat(queues()).extracting(WorkerQueue::name).containsExactly("A", "B", "C");
    assertThat(asked).hasSize(5);
  }

  @Test
  void more_than_twenty_pages_are_a_fault_for_a_queue_left_out_would_count_as_gone() {
    says("[" + binding("queue", "A", "a") + "]", page(1_000_000, queue("A", 1, 1)));

    assertThatThrownBy(this::queues)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than");
    assertThat(asked).hasSizeLessThan(5);
  }

  @Test
  void a_queue_that_is_not_counted_yet_is_a_fault_and_not_an_empty_one() {
    says("[" + binding("queue", "A", "a") + "]", page(1, "{\"name\": \"A\"}"));

    assertThatThrownBy(this::queues)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("queue A")
        .hasMessageContaining("statistics");
  }

  @Test
  void one_that_is_bound_to_nothing_and_not_counted_yet_hides_no_other() throws IOException {
    says("[" + binding("queue", "A", "a") + "]", page(1, "{\"name\": \"down\"}", queue("A", 1, 1)));

    assertThat(queues()).extracting(WorkerQueue::name).containsExactly("A");
  }

  // What else may stand there

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 500, 302, 204})
  void any_other_status_is_told_with_what_to_do(int code) {
    handler =
        exchange -> {
          exchange.getResponseHeaders().add("Location", address() + "/elsewhere");
          answer(exchange, code, "");
        };

    assertThatThrownBy(this::queues)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("answers " + code)
        .hasMessageContaining("127.0.0.1")
        .hasMessageContaining("monitoring")
        .hasMessageNotContaining("secret");
    assertThat(asked).as("no redirect is followed, nothing asked again").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[{]", "\"", "["})
  void what_is_no_json_is_a_fault(String body) {
    handler = exchange -> answer(exchange, 200, body);

    assertThatThrownBy(this::queues).isInstanceOf(IOException.class);
  }

  /** Somebody else's server: what it says must not be taken for "nothing is bound". */
  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "null", "7", "{\"error\": \"not_authorised\"}"})
  void an_answer_without_a_list_is_a_fault(String body) {
    handler = exchange -> answer(exchange, 200, body);
    assertThatThrownBy(this::queues)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no list is answered");

    says("[" + binding("queue", "A", "a") + "]", body.isEmpty() ? "{\"items\": 1}" : body);
    assertThatThrownBy(this::queues).hasMessageContaining("no list is answered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[[]]", "[null, 7, {}]", "[{\"destination_type\": 1}]"})
  void what_is_no_binding_in_a_list_is_left_out(String body) throws IOException {
    says(body, page(1, queue("A", 1, 1)));

    assertThat(queues()).containsExactly(new WorkerQueue("A", List.of(), 1, 1, false));
  }

  @ParameterizedTest
  @CsvSource({"200, answers more than 16777216 bytes", "500, answers 500"})
  void an_answer_without_end_is_left(int code, String told) {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(code, 0);
          try (var out = exchange.getResponseBody()) {
            byte[] spaces = " ".repeat(1 << 16).getBytes(UTF_8);
            while (true) {
              out.write(spaces);
            }
          }
        };

    assertThatThrownBy(this::queues).hasMessageContaining(told);
  }

  @Test
  void one_that_breaks_off_is_a_fault() {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write('[');
          exchange.close();
        };

    assertThatThrownBy(this::queues).isInstanceOf(IOException.class);
  }

  @Test
  void one_that_never_answers_is_left_when_patience_is_over() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> queues("http://127.0.0.1:" + silent.getLocalPort(), Duration.ofMillis(50)))
          .isInstanceOf(IOException.class);
    }
  }

  // What the broker makes of it

  private static RabbitBroker broker(Optional<String> address) {
    return new RabbitBroker(
        config(address, Duration.ofSeconds(60)), new VirtualThreads(), InstantSource.system());
  }

  @Test
  void faults_leave_queues_unknown_until_they_are_mended() throws Exception {
    try (RabbitBroker broker = broker(Optional.of(address()))) {
      assertThat(broker.queues()).isEmpty();
      assertThat(broker.queues()).isEmpty();
      says("[" + binding("queue", "A", "a") + "]", page(1, queue("A", 1, 1)));
      assertThat(broker.queues().orElseThrow()).extracting(WorkerQueue::name).containsExactly("A");
      handler = exchange -> answer(exchange, 200, "<html>");
      assertThat(broker.queues()).isEmpty();
    }
  }

  @Test
  void nobody_at_the_address_is_no_fault_of_the_broker() throws Exception {
    try (RabbitBroker broker = broker(Optional.of("http://127.0.0.1:" + RabbitNode.freePort()))) {
      assertThat(broker.queues()).isEmpty();
    }
  }

  @Test
  void without_an_address_nobody_is_asked() throws Exception {
    try (RabbitBroker broker = broker(Optional.empty())) {
      assertThat(broker.queues()).isEmpty();
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void who_asks_may_be_interrupted() throws Exception {
    var arrived = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    handler =
        exchange -> {
          arrived.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException _) {
            exchange.close();
          }
        };
    try (RabbitBroker broker = broker(Optional.of(address()))) {
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  broker.queues();
                } catch (InterruptedException expected) {
                  stopped.countDown();
                }
              });
      arrived.await();
      asking.interrupt();
      asking.join();
    }
    assertThat(stopped.getCount()).isZero();
  }
}
