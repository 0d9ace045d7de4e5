package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the streams of one running container, each way on a thread of its own, as long as this
 * server lives. Nothing is held in memory but one buffer each.
 */
final class Pump {
  private static final Logger LOG = LoggerFactory.getLogger(Pump.class);

  private final Attachment attachment;
  private final CompletableFuture<End> output = new CompletableFuture<>();

  /** How the outputs ended. */
  sealed interface End {
    /** The engine closed them. */
    record Closed() implements End {}

    /** The connection broke. */
    record Cut() implements End {}

    /** They could not be written. */
    record NotWritten(IOException why) implements End {}
  }

  /** What is to happen when all of standard input was given away, or nobody wants more of it. */
  interface Fed {
    void run() throws IOException;
  }

  private Pump(Attachment attachment) {
    this.attachment = attachment;
  }

  static Pump start(Attachment attachment, LogFiles files) {
    var pump = new Pump(attachment);
    Thread.ofVirtual()
        .name("container-streams")
        .start(() -> pump.output.complete(pump.readTo(files)));
    return pump;
  }

  /** To be called once the container runs. */
  void feed(InputStream source, Fed fed) {
    Thread.ofVirtual().name("container-stdin").start(() -> give(source, fed));
  }

  private void give(InputStream source, Fed fed) {
    try (source) {
      try {
        attachment.feed(source);
      } catch (IOException unwanted) {
        // the container ended, or closed its input, before it read all: it has what it wanted
        if (!output.isDone() && !LOG.isTraceEnabled()) {
          LOG.debug("standard input was not taken to its end: {}", unwanted.toString());
        }
      }
      fed.run();
    } catch (IOException failed) {
      LOG.warn("standard input of a container could not be noted as given: {}", failed.toString());
    }
  }

  private End readTo(LogFiles files) {
    var writing = new WriteWatch();
    try (attachment;
        var sink = files.new Appending()) {
      Frames.read(
          attachment.output(),
          (stream, bytes, length) -> {
            writing.failure = Optional.empty();
            try {
              sink.write(stream, bytes, length);
            } catch (IOException failed) {
              writing.failure = Optional.of(failed);
              throw failed;
            }
          });
      return new End.Closed();
    } catch (IOException failed) {
      LOG.debug("the streams of a container were cut: {}", failed.toString());
      return writing.failure.<End>map(End.NotWritten::new).orElseGet(End.Cut::new);
    }
  }

  private static final class WriteWatch {
    private Optional<IOException> failure = Optional.empty();
  }

  End await() throws InterruptedException {
    try {
      return output.get();
    } catch (ExecutionException defect) {
      throw new IllegalStateException("streams of a container", defect.getCause());
    }
  }

  /** Lets go of the container; it goes on. */
  void close() {
    try {
      attachment.close();
    } catch (IOException unclosed) {
      LOG.debug("streams of a container: {}", unclosed.toString());
    }
  }
}
