package org.millrace.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a worker of the document era does with a message ({@code contracts/dane.md 3.5, 4.6}). */
final class DocumentWork {
  private static final Logger log = LoggerFactory.getLogger(DocumentWork.class);
  private static final String INCOMPLETE =
      "'Incompleted task specification, require both `task` and `document` information'";

  private final List<Task> dependsOn;
  private final @Nullable Handler handler;

  /** The callback, with its worker. */
  interface Work {
    @Nullable Answer of(Task task, Document document) throws Exception;
  }

  DocumentWork(List<Task> dependsOn, @Nullable Handler handler) {
    this.dependsOn = List.copyOf(dependsOn);
    this.handler = handler;
  }

  Outcome decide(String body, Work work) {
    Task task;
    Document document;
    try {
      JsonNode message = message(body);
      if (handler == null && !dependsOn.isEmpty()) {
        return unhandled("No handler available to check worker dependencies");
      }
      task = Task.fromJson(message.get("task"));
      document = Document.fromJson(message.get("document"));
      Optional<Answer> unfinished = unfinished(document);
      if (unfinished.isPresent()) {
        return Outcome.Answered.of(unfinished.get());
      }
    } catch (DaneException.Malformed e) {
      log.info("A message is no task of the document era: {}", e.getMessage());
      return Outcome.Answered.of(Answer.of(State.BAD_REQUEST, "Invalid format, unable to proceed"));
    } catch (RuntimeException e) {
      return unhandled(said(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Refused("the worker stops before it is known what was done before");
    }
    return called(() -> work.of(task, document));
  }

  private Optional<Answer> unfinished(Document document) throws InterruptedException {
    return dependsOn.isEmpty() || handler == null
        ? Optional.empty()
        : new Dependencies(dependsOn, handler, Thread::sleep, ThreadLocalRandom.current())
            .unfinished(document);
  }

  private static JsonNode message(String body) {
    JsonNode message;
    try {
      message = Json.read(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(INCOMPLETE, e);
    }
    if (!message.isObject()) {
      throw new IllegalArgumentException(
          "'" + PythonText.typeOf(message) + "' object has no attribute 'keys'");
    }
    if (!message.has("task") || !message.has("document")) {
      throw new IllegalArgumentException(INCOMPLETE);
    }
    return message;
  }

  /** A callback, and what its exceptions mean in both eras. */
  static Outcome called(Callable<@Nullable Answer> callback) {
    try {
      Answer answer = callback.call();
      return answer == null
          ? failed("the callback returned no answer")
          : Outcome.Answered.of(answer);
    } catch (RefuseTask e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    } catch (Throwable e) { // whatever it is, the task gets an answer and the worker goes on
      log.warn("The callback failed", e);
      return failed(said(e));
    }
  }

  private static Outcome failed(String text) {
    return Outcome.Answered.of(Answer.error("Unhandled worker error: " + text));
  }

  static Outcome unhandled(String text) {
    log.info("A message was not handed to the callback: {}", text);
    return Outcome.Answered.of(Answer.error("Unhandled error: " + text));
  }

  static String said(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
