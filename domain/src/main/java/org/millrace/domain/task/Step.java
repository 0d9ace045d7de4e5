package org.millrace.domain.task;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/**
 * One step of {@link StepsWork}. What it does is harmless when repeated, or it says how to find out
 * whether it was done.
 */
public sealed interface Step {
  /** By which later steps refer to its reply. */
  String name();

  /**
   * One HTTP request. Its reply is a map of {@code status} and {@code body}.
   *
   * @param accepted statuses that are no failure; empty: all from 200 to 299
   * @param probe asked before it is sent again after a crash: if that finds that it was done, the
   *     answer is the reply of this step; without one, a request that may have arrived is sent
   *     again only if its method is GET, HEAD, PUT or DELETE
   * @param within how long one answer may take
   */
  record Call(
      String name,
      HttpRequest request,
      Set<Integer> accepted,
      Optional<Probe> probe,
      Duration within)
      implements Step {
    public Call {
      accepted = Set.copyOf(accepted);
      longerThanNothing("within", within);
    }
  }

  /**
   * Finds out whether a request was done: it was if the answer has an accepted status and, where
   * {@code found} leads in its body, something stands.
   *
   * @param request asks for what was made with {@code ${step.key}}, and for nothing else
   * @param found empty: the status says it alone
   */
  record Probe(HttpRequest request, Optional<ValuePath> found) {}

  /**
   * A request repeated until a word in its answer says that a job has ended. Its reply is that of
   * the last request.
   *
   * @param request harmless when repeated
   * @param word where in the body of the answer the word stands; of an answer that is no JSON,
   *     empty: all of it
   * @param going words of a job that goes on
   * @param done words of a job that ended well
   * @param failed words of a job that failed
   * @param message where a failed job says why
   * @param every pause between two requests
   * @param atMost how long the job may take, from the first request; empty: as long as the task
   * @param patience how long it may be that no request is answered, or none as it should be
   */
  record Poll(
      String name,
      HttpRequest request,
      ValuePath word,
      Set<String> going,
      Set<String> done,
      Set<String> failed,
      Optional<ValuePath> message,
      Duration every,
      Optional<Duration> atMost,
      Duration patience,
      Duration within)
      implements Step {
    public Poll {
      going = Set.copyOf(going);
      done = Set.copyOf(done);
      failed = Set.copyOf(failed);
      longerThanNothing("every", every);
      atMost.ifPresent(limit -> longerThanNothing("at-most", limit));
      longerThanNothing("within", within);
      if (done.isEmpty()) {
        throw new IllegalArgumentException("done: at least one word");
      }
      List<Set<String>> all = List.of(going, done, failed);
      long words = all.stream().flatMap(Set::stream).distinct().count();
      if (words < going.size() + done.size() + failed.size()) {
        throw new IllegalArgumentException("going, done, failed: a word means one thing");
      }
    }
  }

  /**
   * What a part of this program does that registered itself for the kind: a TCP exchange, an object
   * put, listed or removed, a record, a message.
   */
  record Other(String name, String kind, Value arguments) implements Step {}

  private static void longerThanNothing(String what, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(what + ": longer than nothing");
    }
  }
}
