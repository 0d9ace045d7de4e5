package org.millrace.domain.task;

import java.nio.charset.StandardCharsets;
import org.millrace.domain.value.Value;

/**
 * Work that a worker does who pulls it from a queue: a program of somebody else, behind a broker.
 *
 * @param protocol whose words it is said in: {@code dane}, {@code dane-job}
 * @param route the words by which the broker finds a queue: {@code Video.ASR}
 * @param key what is to be done: {@code ASR}
 * @param subject what it is done to, by its name in that protocol: a document, a job
 * @param arguments what the worker is told besides
 */
public record WorkerWork(
    String protocol, String route, String key, String subject, Value.Fields arguments)
    implements Work {

  /** Most bytes of a routing key (AMQP 0-9-1: a short string). */
  public static final int LONGEST_ROUTE = 255;

  public WorkerWork {
    if (protocol.isBlank() || route.isBlank() || key.isBlank() || subject.isBlank()) {
      throw new IllegalArgumentException("work for a worker: protocol, route, key and subject");
    }
    if (route.getBytes(StandardCharsets.UTF_8).length > LONGEST_ROUTE) {
      throw new IllegalArgumentException(
          "work for a worker: a route of at most " + LONGEST_ROUTE + " bytes");
    }
  }
}
