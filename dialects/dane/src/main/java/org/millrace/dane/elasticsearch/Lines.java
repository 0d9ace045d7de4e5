package org.millrace.dane.elasticsearch;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.millrace.dane.PythonJson;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;

/**
 * JSON values, one a line ({@code application/x-ndjson}), read one by one: a whole body is never
 * held. Lines without anything are passed over. Belongs to one thread.
 */
final class Lines {
  private final InputStream body;
  private int number;

  Lines(InputStream body) {
    this.body = new BufferedInputStream(body, 32 << 10);
  }

  /** Which line was read last; the first one is 1. */
  int number() {
    return number;
  }

  /**
   * The next value; empty after the last.
   *
   * @throws Refusal invalid: the line is no JSON
   */
  Optional<Value> next() throws IOException {
    Optional<byte[]> line = line();
    return line.isEmpty() ? Optional.empty() : Optional.of(read(line.get(), "line " + number));
  }

  /** The next line as it is; empty after the last. */
  Optional<byte[]> line() throws IOException {
    var line = new ByteArrayOutputStream(256);
    for (int one = body.read(); one >= 0; one = body.read()) {
      if (one != '\n') {
        line.write(one);
      } else if (isSomething(line)) {
        return Optional.of(line.toByteArray());
      }
    }
    return isSomething(line) ? Optional.of(line.toByteArray()) : Optional.empty();
  }

  /** Counts the line, and forgets it if there is nothing in it. */
  private boolean isSomething(ByteArrayOutputStream line) {
    number++;
    if (line.size() > 1) {
      return true;
    }
    byte[] bytes = line.toByteArray();
    boolean blank = bytes.length == 0 || bytes[0] == '\r';
    if (blank) {
      line.reset();
    }
    return !blank;
  }

  /**
   * A value.
   *
   * @param place for the message
   */
  static Value read(byte[] json, String place) {
    try {
      return PythonJson.read(json);
    } catch (PythonJson.NotJson wrong) {
      throw Refusal.invalid(place, NotUnderstood.shortened("it is no JSON: " + wrong.getMessage()));
    }
  }
}
