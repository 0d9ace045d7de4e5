package org.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Follows events across broken connections: goes on after the last one it has seen, so that none is
 * told twice and none is missed.
 */
final class EventFollower {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final MillraceServer server;
  private final Duration patience;
  private String lastId = "";

  /**
   * @param patience how long a server that went away may take to come back
   */
  EventFollower(MillraceServer server, Duration patience) {
    this.server = server;
    this.patience = patience;
  }

  /** Hears events; returns whether to go on. */
  @FunctionalInterface
  interface Listener {
    boolean hear(ServerEvent event) throws CommandFailed, InterruptedException;
  }

  /** Takes all up to this event as told. */
  void goOnAfter(long event) {
    lastId = Long.toString(event);
  }

  /**
   * Returns when the listener has heard enough, or when the server says that nothing follows.
   * Begins after what was told by earlier calls.
   *
   * @throws CommandFailed if the first connection of all fails, or no later one succeeds for too
   *     long
   */
  void follow(String path, Listener listener) throws CommandFailed, InterruptedException {
    boolean goOn = listen(lastId.isEmpty() ? connect(path) : reconnect(path), listener);
    while (goOn) {
      Thread.sleep(FIRST_PAUSE);
      goOn = listen(reconnect(path), listener);
    }
  }

  private HttpResponse<InputStream> connect(String path)
      throws CommandFailed, InterruptedException {
    Map<String, String> headers = new HashMap<>(Map.of("Accept", "text/event-stream"));
    if (!lastId.isEmpty()) {
      headers.put("Last-Event-ID", lastId);
    }
    return server.open(path, headers);
  }

  private HttpResponse<InputStream> reconnect(String path)
      throws CommandFailed, InterruptedException {
    long began = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return connect(path);
      } catch (CommandFailed failure) {
        boolean passing = failure.exitCode() == ExitCode.UNREACHABLE;
        if (!passing || System.nanoTime() - began > patience.toNanos()) {
          throw failure;
        }
      }
      Thread.sleep(pause);
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
  }

  /** False when it is over; true when the stream came to an end and there may be more. */
  private boolean listen(HttpResponse<InputStream> answer, Listener listener)
      throws CommandFailed, InterruptedException {
    if (answer.statusCode() == 204) {
      return false;
    }
    try (var connection = new EventConnection(answer.body())) {
      for (Optional<ServerEvent> event = connection.next();
          event.isPresent();
          event = connection.next()) {
        if (!event.get().id().isEmpty()) {
          lastId = event.get().id();
        }
        if (!listener.hear(event.get())) {
          return false;
        }
      }
    } catch (IOException _) {
      return true; // it broke; the next connection goes on where this one was
    }
    return true;
  }
}
