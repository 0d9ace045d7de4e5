package org.millrace.runtimes.steps;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Step;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Looked;
import org.millrace.engine.services.ServiceClient.Answer;
import org.millrace.engine.staging.OneLine;

/** What an answer says of a job. Pure. */
sealed interface Verdict {

  /** It goes on. */
  record Going() implements Verdict {}

  /** It ended well; the reply of the step. */
  record Done(Value reply) implements Verdict {}

  /** It failed, or nothing more can be learned of it. */
  record Over(Cause cause) implements Verdict {}

  /** This answer says nothing; a later one may. */
  record Trouble(Cause cause) implements Verdict {}

  /**
   * Judges an answer. A word that is known counts whatever the status below 500, since services
   * report failed jobs with a 400 as well.
   *
   * @param knewBefore whether the service has answered as it should before
   * @param clean takes secrets out of what a service said
   */
  static Verdict of(
      Step.Poll poll, Answer answer, boolean knewBefore, UnaryOperator<String> clean) {
    if (answer.isCut()) {
      return new Over(Replies.tooLarge());
    }
    if (answer.status() >= 500) {
      return new Trouble(statusRefused(answer, clean));
    }
    try {
      Value body = Replies.body(answer.type(), answer.body());
      Optional<String> word = word(poll, body);
      return word.flatMap(known -> ofWord(poll, known, answer, body, clean))
          .orElseGet(() ->
              isFine(answer)
                  ? ofNoWord(poll, word, answer, clean)
                  : ofStatus(answer, knewBefore, clean));
    } catch (Replies.Unreadable why) {
      return isFine(answer)
          ? new Trouble(unreadable(clean.apply(String.valueOf(why.getMessage()))))
          : ofStatus(answer, knewBefore, clean);
    }
  }

  private static Optional<Verdict> ofWord(
      Step.Poll poll, String word, Answer answer, Value body, UnaryOperator<String> clean) {
    if (poll.done().contains(word)) {
      return Optional.of(new Done(Replies.of(answer.status(), body)));
    }
    if (poll.failed().contains(word)) {
      return Optional.of(new Over(jobFailed(poll, body, clean)));
    }
    return poll.going().contains(word) ? Optional.of(new Going()) : Optional.empty();
  }

  private static Verdict ofNoWord(
      Step.Poll poll, Optional<String> unknown, Answer answer, UnaryOperator<String> clean) {
    return unknown.isPresent()
        ? new Over(unknown(poll, clean.apply(unknown.get())))
        : new Trouble(
            unreadable(
                "there is no word at "
                    + place(poll.word())
                    + "; it begins: "
                    + Replies.beginning(clean.apply(answer.body()))));
  }

  private static boolean isFine(Answer answer) {
    return answer.status() / 100 == 2;
  }

  private static Verdict ofStatus(Answer answer, boolean knewBefore, UnaryOperator<String> clean) {
    boolean unknownThere = answer.status() == 404 || answer.status() == 410;
    return unknownThere && knewBefore
        ? new Over(
            new Cause(
                "job-forgotten",
                "the service forgot the job: it knew of it before, and now answers "
                    + answer.status(),
                "look at the service: was it restarted?"))
        : new Trouble(statusRefused(answer, clean));
  }

  private static Optional<String> word(Step.Poll poll, Value body) {
    return at(poll.word(), body)
        .flatMap(found ->
            switch (found) {
              case Value.Text(String text) -> Optional.of(text.strip());
              case Value.Numeral(String digits) -> Optional.of(digits);
              case Value.Truth(boolean isTrue) -> Optional.of(String.valueOf(isTrue));
              case Value.Nothing _, Value.Items _, Value.Fields _ -> Optional.empty();
            })
        .filter(word -> !word.isEmpty());
  }

  private static Optional<Value> at(ValuePath path, Value body) {
    return path.in(body) instanceof Looked.Found(Value found)
        ? Optional.of(found)
        : Optional.empty();
  }

  private static Cause jobFailed(Step.Poll poll, Value body, UnaryOperator<String> clean) {
    String why =
        poll.message()
            .flatMap(path -> at(path, body))
            .map(said -> said instanceof Value.Text(String text) ? text : "")
            .filter(text -> !text.isBlank())
            .map(text -> "the job failed: " + OneLine.of(clean.apply(text)))
            .orElse("the job failed, and the service does not say why");
    return Cause.ofCaller("job-failed", why, "");
  }

  private static Cause unknown(Step.Poll poll, String word) {
    Set<String> known = new TreeSet<>(poll.going());
    known.addAll(poll.done());
    known.addAll(poll.failed());
    return Cause.ofCaller(
        "word-unknown",
        "the service calls the job '"
            + Replies.beginning(word)
            + "', which is none of "
            + OneLine.of(String.join(", ", known)),
        "if the service means it, say whether that word is going, done or failed");
  }

  private static Cause unreadable(String why) {
    return new Cause("reply-unreadable", "the answer says nothing of the job: " + why, "");
  }

  /** An answer of a status that is no use. */
  static Cause statusRefused(Answer answer, UnaryOperator<String> clean) {
    return new Cause(
        "status-not-accepted",
        "the service answered "
            + answer.status()
            + ": "
            + Replies.beginning(clean.apply(answer.body())),
        "",
        answer.status() / 100 == 4);
  }

  private static String place(ValuePath path) {
    return path.steps().isEmpty() ? "the top" : path.toString();
  }
}
