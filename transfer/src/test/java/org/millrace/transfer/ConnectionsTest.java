package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.clients;
import static org.millrace.transfer.Fixtures.failure;
import static org.millrace.transfer.Fixtures.source;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer;
import org.millrace.engine.staging.Transfer.TransferFailed;

/** Connections are shared, bounded and never lost. */
@Timeout(60)
final class ConnectionsTest {
  private final Fixtures.NoSleep threads = new Fixtures.NoSleep();

  private HttpTransfer over(HttpClients clients) {
    return new HttpTransfer(clients, threads, CLOCK, chance());
  }

  @Test
  void many_files_move_at_once_over_few_connections() throws Exception {
    try (JettyPeer peer =
            new JettyPeer((request, response) ->
                JettyPeer.answer(response, 200, request.getHttpURI().getPath()));
        HttpClients clients = clients(CONFIG.withConnections(8, 4));
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      HttpTransfer transfer = over(clients);
      List<Future<String>> texts = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        String path = "/" + i;
        Callable<String> fetch =
            () -> {
              Fixtures.Kept kept = new Fixtures.Kept();
              transfer.fetch(peer.url(path), kept, Progress.NONE);
              return kept.text();
            };
        texts.add(callers.submit(fetch));
      }
      for (int i = 0; i < 1000; i++) {
        assertThat(texts.get(i).get()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void whatever_ends_an_exchange_its_connection_is_given_back() throws Exception {
    HttpConfig two =
        CONFIG
            .withConnections(2, 2)
            .withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(200))
            .withTries(1);
    try (RawPeer peer = new RawPeer(ConnectionsTest::behave);
        HttpClients clients = clients(two)) {
      HttpTransfer transfer = over(clients);
      for (int round = 0; round < 4; round++) {
        for (String path :
            List.of(
                "/silent", "/short", "/missing-endless", "/reset", "/loop", "/busy", "/garbage")) {
          TransferFailed failed =
              failure(() -> transfer.fetch(peer.url(path), new Fixtures.Kept(), Progress.NONE));
          assertThat(failed).as(path).isNotNull();
        }
        Transfer.Target full =
            () -> {
              throw new IOException("No space left on device");
            };
        assertThat(codeOf(() -> transfer.fetch(peer.url("/endless"), full, Progress.NONE)))
            .isEqualTo("disk-full");
        String taken = peer.url("/taken-and-endless");
        assertThat(codeOf(() -> transfer.store(source("f", "text"), taken, Progress.NONE)))
            .isEmpty();
        interrupted(() -> transfer.fetch(peer.url("/silent"), new Fixtures.Kept(), Progress.NONE));
      }
      Fixtures.Kept kept = new Fixtures.Kept();
      assertThat(codeOf(() -> transfer.fetch(peer.url("/fine"), kept, Progress.NONE))).isEmpty();
      assertThat(kept.text()).isEqualTo("text");
    }
  }

  private interface Call {
    void run() throws TransferFailed, InterruptedException;
  }

  /** Why it fails, if it does; asked again while a busy machine keeps our own peer silent. */
  private static String codeOf(Call call) throws InterruptedException {
    String code;
    do {
      try {
        call.run();
        code = "";
      } catch (TransferFailed failed) {
        code = failed.why().code();
      }
    } while (code.equals("peer-silent") || code.equals("peer-slow"));
    return code;
  }

  private static void interrupted(Call call) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              begun.countDown();
              try {
                call.run();
              } catch (TransferFailed | InterruptedException _) {
                // either: the peer may be quicker to be called silent
              }
            });
    begun.await();
    thread.interrupt();
    thread.join();
  }

  private static void behave(RawPeer peer, java.net.Socket socket, int number)
      throws IOException, InterruptedException {
    while (true) {
      String head = peer.head(socket);
      String path = head.split(" ", -1)[1];
      peer.body(socket, head);
      switch (path) {
        case "/silent" -> peer.untilGone(socket);
        case "/short" -> {
          peer.say(socket, "HTTP/1.1 200 OK~Content-Length: 10~~01");
          return;
        }
        case "/missing-endless" -> pour(peer, socket, "HTTP/1.1 404 Not Found~~");
        case "/taken-and-endless" ->
            pour(peer, socket, "HTTP/1.1 200 OK~Content-Length: 1000000000~~");
        case "/endless" -> pour(peer, socket, "HTTP/1.1 200 OK~~");
        case "/reset" -> RawPeer.reset(socket);
        case "/loop" ->
            peer.say(socket, "HTTP/1.1 302 Found~Location: /loop~Content-Length: 4~~loop");
        case "/busy" -> peer.say(socket, "HTTP/1.1 503 Busy~Content-Length: 4~~busy");
        case "/garbage" -> peer.say(socket, "garbage~~");
        default -> peer.say(socket, "HTTP/1.1 200 OK~Content-Length: 4~~text");
      }
    }
  }

  private static void pour(RawPeer peer, java.net.Socket socket, String head) throws IOException {
    peer.say(socket, head);
    while (true) {
      peer.say(socket, "x".repeat(1000));
    }
  }

  @Test
  void a_pool_that_stays_full_is_a_passing_failure() throws Exception {
    HttpConfig one =
        CONFIG
            .withConnections(1, 1)
            .withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(500))
            .withSlowest(0) // who holds the connection is never too slow
            .withTries(1);
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Transfer.Target holding =
        () -> {
          held.countDown();
          try {
            release.await();
          } catch (InterruptedException ended) {
            throw new IOException(ended);
          }
          return OutputStream.nullOutputStream();
        };
    try (RawPeer peer = RawPeer.saying("HTTP/1.1 200 OK~Content-Length: 1~~x");
        HttpClients clients = clients(one)) {
      HttpTransfer transfer = over(clients);
      Thread holder =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  codeOf(() -> transfer.fetch(peer.url("/held"), holding, Progress.NONE));
                } catch (InterruptedException _) {
                  // ended by the test
                }
              });
      held.await();
      TransferFailed failed =
          failure(() -> transfer.fetch(peer.url("/waits"), new Fixtures.Kept(), Progress.NONE));
      assertThat(failed.why().code()).isEqualTo("transfer-busy");
      assertThat(failed.isPassing()).isTrue();
      release.countDown();
      holder.join();
    }
  }
}
