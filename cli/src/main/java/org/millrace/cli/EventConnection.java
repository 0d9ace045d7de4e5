package org.millrace.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One connection of an event stream. A thread of its own reads it, so that silence can be noticed:
 * a server sends a comment every few seconds, and one that sends nothing at all is gone.
 */
final class EventConnection implements AutoCloseable {
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);
  private static final int MOST_UNREAD = 256;

  private sealed interface Heard {
    record Event(ServerEvent event) implements Heard {}

    /** It is still there. */
    record Comment() implements Heard {}

    record End() implements Heard {}

    record Broken(IOException why) implements Heard {}
  }

  private final InputStream body;
  private final BlockingQueue<Heard> heard = new ArrayBlockingQueue<>(MOST_UNREAD);
  private final Thread reader;

  EventConnection(InputStream body) {
    this.body = body;
    this.reader = Thread.ofVirtual().name("event-stream").start(this::read);
  }

  /**
   * The next event; empty when the server has ended the stream.
   *
   * @throws IOException if the connection broke, or has been silent for too long
   */
  Optional<ServerEvent> next() throws IOException, InterruptedException {
    while (true) {
      Heard next = heard.poll(LONGEST_SILENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (next == null) {
        throw new IOException("silent for " + LONGEST_SILENCE.toSeconds() + " s");
      }
      switch (next) {
        case Heard.Event(ServerEvent event) -> {
          return Optional.of(event);
        }
        case Heard.Comment() -> {}
        case Heard.End() -> {
          return Optional.empty();
        }
        case Heard.Broken(IOException why) -> throw why;
      }
    }
  }

  private void read() {
    try {
      heard.put(readToItsEnd());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed; nobody listens
    }
  }

  private Heard readToItsEnd() throws InterruptedException {
    var parser = new EventParser();
    try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Optional<ServerEvent> event = parser.take(line);
        heard.put(event.<Heard>map(Heard.Event::new).orElseGet(Heard.Comment::new));
      }
      return new Heard.End();
    } catch (IOException broken) {
      return new Heard.Broken(broken);
    }
  }

  @Override
  public void close() {
    reader.interrupt();
    try {
      body.close();
    } catch (IOException _) {
      // it is being left anyway
    }
  }
}
