package org.millrace.tes;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.Optional;

/**
 * {@code tesListTasksResponse}, written while its tasks are asked for one after another, since a
 * page of large ones would not fit into memory. Used once, by one thread.
 */
final class ListBody {
  /** Bytes of a list that is looked at as a whole before it is sent, a last task not counted. */
  static final int MOST_HELD = 1 << 20;

  private final Iterator<TesTask> tasks;
  private final Optional<String> next;
  private final Sink sink = new Sink();
  private final JsonGenerator json;

  ListBody(JsonMapper mapper, Iterator<TesTask> tasks, Optional<String> next) throws IOException {
    this.tasks = tasks;
    this.next = next;
    this.json = mapper.createGenerator(sink);
  }

  /**
   * All of it; empty if that is more than is held, and {@link #writeTo} has to be called.
   *
   * @throws IOException never, says the stream in memory
   */
  Optional<byte[]> whole() throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("tasks");
    while (tasks.hasNext() && sink.held.size() < MOST_HELD) {
      json.writePOJO(tasks.next());
    }
    if (tasks.hasNext()) {
      return Optional.empty();
    }
    finish();
    return Optional.of(sink.held.toByteArray());
  }

  /**
   * What is held and then the rest, after {@link #whole} was empty. What it has written when a task
   * cannot be had is no JSON.
   */
  void writeTo(OutputStream out) throws IOException {
    sink.goOnTo(out);
    while (tasks.hasNext()) {
      json.writePOJO(tasks.next());
    }
    finish();
  }

  private void finish() throws IOException {
    json.writeEndArray();
    if (next.isPresent()) {
      json.writeStringField("next_page_token", next.get());
    }
    json.writeEndObject();
    json.close();
  }

  /** Memory at first. */
  private static final class Sink extends OutputStream {
    private ByteArrayOutputStream held = new ByteArrayOutputStream();
    private OutputStream target = held;

    void goOnTo(OutputStream out) throws IOException {
      held.writeTo(out);
      held = new ByteArrayOutputStream(0);
      target = out;
    }

    @Override
    public void write(int one) throws IOException {
      target.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      target.write(bytes, offset, length);
    }
  }
}
