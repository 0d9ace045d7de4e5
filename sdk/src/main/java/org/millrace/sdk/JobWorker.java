package org.millrace.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;

/**
 * A worker of the job era ({@code contracts/dane.md 3.5}, its last paragraph): like {@link Worker},
 * but it is given whole jobs, and knows no dependencies and no handler. A task key belongs to one
 * era: do not bind both kinds of workers to it.
 */
public final class JobWorker implements Runnable {
  private final JobCallback callback;
  private final BrokerLoop loop;

  /**
   * A worker of this queue.
   *
   * @param bindingKeys such as {@code #.CV} or {@code video.CV}; not checked in this era
   */
  public JobWorker(Config config, String queue, List<String> bindingKeys, JobCallback callback) {
    this.callback = callback;
    this.loop =
        new BrokerLoop(new Subscription(Broker.of(config), queue, bindingKeys), this::decide);
  }

  /** Works until {@link #stop}; see {@link Worker#run}. */
  @Override
  public void run() {
    try {
      loop.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends {@link #run}; see {@link Worker#stop}. */
  public void stop() {
    loop.stop();
  }

  private Outcome decide(String body) {
    Job job;
    try {
      job = Job.fromJson(Json.read(body));
    } catch (JsonProcessingException e) {
      return DocumentWork.unhandled(asPythonSays(body, e));
    } catch (DaneException.Malformed e) {
      return Outcome.Answered.of(
          Answer.of(State.BAD_REQUEST, "Invalid job format, unable to proceed"));
    } catch (RuntimeException e) {
      return DocumentWork.unhandled(DocumentWork.said(e));
    }
    return DocumentWork.called(() -> callback.work(job));
  }

  /** Python's words for a text that does not begin like JSON; the parser's own for the rest. */
  private static String asPythonSays(String text, JsonProcessingException e) {
    String start = text.stripLeading();
    if (!start.isEmpty() && "{[\"-0123456789".indexOf(start.charAt(0)) >= 0) {
      return "not JSON: " + e.getOriginalMessage();
    }
    int at = text.length() - start.length();
    String before = text.substring(0, at);
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    return "Expecting value: line %d column %d (char %d)"
        .formatted(line, at - before.lastIndexOf('\n'), at);
  }
}
