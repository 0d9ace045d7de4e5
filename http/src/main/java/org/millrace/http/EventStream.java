package org.millrace.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/** Where server-sent events go. Each is sent at once. Thread-safe. */
public final class EventStream {
  private final ReentrantLock lock = new ReentrantLock();
  private final OutputStream out;
  private boolean ended;

  EventStream(OutputStream out) {
    this.out = out;
  }

  /**
   * Sends one event.
   *
   * @param id what a client that was cut off sends back as {@code Last-Event-ID}; empty: none. On
   *     one line
   * @param event its kind, on one line; empty: a plain message
   * @param data text; may have several lines
   * @throws ClientGone when nobody listens any more
   */
  public void send(String id, String event, String data) throws IOException {
    var text = new StringBuilder(data.length() + 64);
    field(text, "id", id);
    field(text, "event", event);
    data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
    if (data.isEmpty()) {
      text.append("data: \n");
    }
    write(text.append('\n').toString());
  }

  /** Something that clients skip, to learn whether one is there; nothing once the end was sent. */
  void comment(String text) throws IOException {
    write(": " + text + "\n\n");
  }

  /**
   * Returns when nothing is being written, and nothing will be: the end of the answer may be sent.
   */
  void end() {
    lock.lock();
    try {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  private static void field(StringBuilder text, String name, String value) {
    if (value.isEmpty()) {
      return;
    }
    if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the " + name + " of an event stands on one line");
    }
    text.append(name).append(": ").append(value).append('\n');
  }

  private void write(String text) throws IOException {
    lock.lock();
    try {
      if (!ended) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
    } finally {
      lock.unlock();
    }
  }
}
