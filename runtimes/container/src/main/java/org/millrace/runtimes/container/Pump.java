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
  private final CompletableFuture<Boolean> input = new CompletableFuture<>();

  /** How the outputs ended. */
  sealed interface End {
    /** The engine closed them. */
    record Closed() implements End {}

    /** The connection broke. */
    record Cut() implements End {}

    /** They could not be written. */
    record NotWritten(IOException why) implements End {}
  }

  /** What standard input comes to. */
  interface Feeding {
    /** Whether the engine is there: then it was the container that wanted no more. */
    boolean engineAnswers() throws InterruptedException;

    /** All of it was given, or nobody wants more. */
    void fed() throws IOException;

    /** It broke off; the container must not take that for its end. */
    void broke(IOException why) throws InterruptedException;
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
  void feed(InputStream source, Feeding feeding) {
    Thread.ofVirtual().name("container-stdin").start(() -> input.complete(give(source, feeding)));
  }

  private boolean give(InputStream source, Feeding feeding) {
    try {
      try (source) {
        attachment.feed(source);
      } catch (Attachment.SourceUnreadable unreadable) {
        feeding.broke(unreadable);
        return false;
      } catch (IOException notTaken) {
        if (!feeding.engineAnswers()) {
          LOG.warn("standard input of a container broke off: {}", notTaken.toString());
          return false;
        }
        LOG.debug("standard input was not taken to its end: {}", notTaken.toString());
      }
      feeding.fed();
      return true;
    } catch (IOException unmarked) {
      LOG.warn("standard input of a container could not be noted as given", unmarked);
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether standard input was given as far as it was wanted; waits until that is known. */
  boolean isFed() throws InterruptedException {
    try {
      return input.get();
    } catch (ExecutionException defect) {
      throw new IllegalStateException("standard input of a container", defect.getCause());
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
