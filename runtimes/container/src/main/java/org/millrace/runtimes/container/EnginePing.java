package org.millrace.runtimes.container;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks whether an engine is there, with nothing but the JDK: quick, also at the start. */
final class EnginePing {
  private static final long PATIENCE_MILLIS = 2_000;

  private EnginePing() {}

  /** What is wrong with it, in a few words; empty if it answers. */
  static Optional<String> objection(EngineAddress address) throws InterruptedException {
    var answer = new FutureTask<>((Callable<Integer>) () -> status(address));
    Thread asking = Thread.ofVirtual().name("container-engine-ping").start(answer);
    try {
      int status = answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      return status == 200 ? Optional.empty() : Optional.of("it answers with status " + status);
    } catch (ExecutionException failed) {
      return Optional.of(reason(failed.getCause()));
    } catch (TimeoutException late) {
      return Optional.of("it takes longer than 2 s to answer");
    } finally {
      asking.interrupt();
    }
  }

  private static String reason(@Nullable Throwable failed) {
    String message = failed == null ? null : failed.getMessage();
    return message == null ? String.valueOf(failed) : message;
  }

  private static int status(EngineAddress address) throws IOException {
    try (SocketChannel channel = address.connect()) {
      channel.write(HttpText.bytes("GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n"));
      return HttpText.status(HttpText.head(channel));
    }
  }
}
