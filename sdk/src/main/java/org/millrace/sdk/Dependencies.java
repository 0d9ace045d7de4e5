package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks that must be done for a document before ({@code contracts/dane.md 3.5, 4.6}). An index
 * that is away is waited for, however long: a task that was answered would not come again by
 * itself.
 */
final class Dependencies {
  private static final Logger log = LoggerFactory.getLogger(Dependencies.class);

  private final List<Task> all;
  private final Handler handler;
  private final Pauses.Sleeper sleeper;
  private final RandomGenerator chance;

  Dependencies(List<Task> all, Handler handler, Pauses.Sleeper sleeper, RandomGenerator chance) {
    this.all = List.copyOf(all);
    this.handler = handler;
    this.sleeper = sleeper;
    this.chance = chance;
  }

  /**
   * The answer 412, if something is missing or not done; only what is missing is named.
   *
   * @throws InterruptedException if the worker stops while the index is away
   */
  Optional<Answer> unfinished(Document document) throws InterruptedException {
    List<Task> assigned = assigned(document.registeredId());
    ArrayNode missing = Json.object().putArray("dependencies");
    boolean done = true;
    for (Task dependency : all) {
      Optional<Task> found =
          assigned.stream().filter(task -> task.key().equals(dependency.key())).findFirst();
      if (found.isEmpty()) {
        missing.add(named(dependency));
      }
      done &= found.isPresent() && found.get().isDone();
    }
    return done
        ? Optional.empty()
        : Optional.of(
            Answer.of(State.UNFINISHED_DEPENDENCY, "Unfinished dependencies")
                .with("dependencies", missing));
  }

  private List<Task> assigned(String documentId) throws InterruptedException {
    Duration pause = Duration.ZERO;
    while (true) {
      try {
        List<Task> assigned = handler.assignedTasks(documentId);
        if (!pause.isZero()) {
          log.info("The tasks of document {} are told again: the work goes on", documentId);
        }
        return assigned;
      } catch (ResourceUnreachable | DaneException.Refused e) {
        if (!isAway(e)) {
          throw e;
        }
        tell(documentId, pause, e);
      }
      pause = Pauses.after(pause);
      sleeper.sleep(Pauses.spread(pause, chance));
    }
  }

  private static boolean isAway(RuntimeException e) {
    return !(e instanceof DaneException.Refused refused) || refused.isPassing();
  }

  /** Once for each time that it is away; further tries are for those who look closely. */
  private static void tell(String documentId, Duration pause, RuntimeException why) {
    if (pause.isZero()) {
      log.warn(
          "Whether what document {} depends on is done cannot be asked: {}; it is tried again until"
              + " it works",
          documentId,
          why.getMessage());
    } else {
      log.debug("Still away after {} ms: {}", pause.toMillis(), why.getMessage());
    }
  }

  /** The key alone, where there is nothing else to say. */
  private static JsonNode named(Task dependency) {
    return dependency.args().isEmpty() && dependency.priority() == 1
        ? Json.of(dependency.key())
        : dependency.toJson();
  }
}
