package org.millrace.runtimes.steps;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.graph.Filler;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepTexts;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Looked;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.services.NoAnswer;
import org.millrace.engine.services.ServiceClient.Answer;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.threads.Threads;

/** Goes through the steps of an attempt, from where its journal says. */
final class Walk {
  private static final Set<Integer> FINE =
      IntStream.range(200, 300).boxed().collect(Collectors.toUnmodifiableSet());

  /** By these the peer itself says that a request may be sent again. */
  private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "PUT", "DELETE");

  /** By these a probe says that nothing is there, and so nothing was done. */
  private static final Set<Integer> NOT_THERE = Set.of(404, 410);

  private final StepsWork work;
  private final String key;
  private final Journal journal;
  private final StepLog log;
  private final Requests requests;
  private final RequestSecrets secrets;
  private final Map<String, StepHandler> handlers;
  private final Threads threads;
  private final InstantSource clock;

  /**
   * Begins or goes on.
   *
   * @param key names the attempt to those who must know it again
   */
  Walk(
      StepsWork work,
      String key,
      Journal journal,
      StepLog log,
      Requests requests,
      RequestSecrets secrets,
      Map<String, StepHandler> handlers,
      Threads threads,
      InstantSource clock) {
    this.work = work;
    this.key = key;
    this.journal = journal;
    this.log = log;
    this.requests = requests;
    this.secrets = secrets;
    this.handlers = handlers;
    this.threads = threads;
    this.clock = clock;
  }

  /** Returns when the journal knows the end. */
  void toTheEnd() throws AttemptFailed, InterruptedException {
    for (Step step : work.steps()) {
      if (journal.isOver()) {
        return;
      }
      if (!journal.isDone(step.name())) {
        make(step);
      }
    }
  }

  private void make(Step step) throws AttemptFailed, InterruptedException {
    try {
      Value reply =
          switch (filled(step)) {
            case Step.Call call -> call(call);
            case Step.Poll poll -> poll(poll);
            case Step.Other other -> other(other);
          };
      journal.done(step.name(), reply);
    } catch (StepFailed failed) {
      Cause why = failed.of(step.name()).why();
      log.line(why.code() + ": " + why.message());
      journal.failed(why);
    }
  }

  // --- a request ---

  private Value call(Step.Call call) throws StepFailed, AttemptFailed, InterruptedException {
    boolean once = !REPEATABLE.contains(call.request().method());
    if (journal.hasBegun(call.name())) {
      Optional<Value> before = probed(call, once);
      if (before.isPresent()) {
        return before.get();
      }
    } else if (once || call.probe().isPresent()) {
      journal.begin(call.name(), clock.instant());
    }
    try {
      Answer answer = requests.send(call.name(), call.request(), call.accepted(), call.within());
      return accepted(call, call.request(), answer);
    } catch (NoAnswer none) {
      throw new StepFailed(none.why());
    }
  }

  /**
   * What a request that was sent before, perhaps, has come to; empty if it may be sent again.
   *
   * @param once whether it must not be sent again unless a probe says that it did not arrive
   */
  private Optional<Value> probed(Step.Call call, boolean once)
      throws StepFailed, InterruptedException {
    if (call.probe().isEmpty()) { // then it must not be repeated: nothing else notes that it begins
      throw unsure(call, "nothing was said by which to find out (a probe)");
    }
    HttpRequest probe = call.probe().get().request();
    try {
      Answer answer =
          requests.send(call.name() + " (probe)", probe, call.accepted(), call.within());
      if (isAccepted(call, answer)) {
        Value reply = accepted(call, probe, answer);
        return Optional.of(reply).filter(found -> Replies.has(found, call.probe().get().found()));
      }
      if (once && !NOT_THERE.contains(answer.status())) {
        throw unsure(call, "the probe was answered " + answer.status());
      }
      return Optional.empty();
    } catch (NoAnswer none) {
      if (once) {
        throw unsure(call, "the probe got no answer: " + none.why().message());
      }
      return Optional.empty();
    }
  }

  private static StepFailed unsure(Step.Call call, String why) {
    return new StepFailed(
        new Cause(
            "step-unsure",
            Requests.what(call.request())
                + " may or may not have been done: the server ended while it was sent, and "
                + why,
            "look at the service, then submit it again; a probe lets the server find out by"
                + " itself"));
  }

  private static boolean isAccepted(Step.Call call, Answer answer) {
    return (call.accepted().isEmpty() ? FINE : call.accepted()).contains(answer.status());
  }

  private static Value accepted(Step.Call call, HttpRequest request, Answer answer)
      throws StepFailed {
    if (!isAccepted(call, answer)) {
      throw new StepFailed(
          about(request, Verdict.statusRefused(answer, said -> clean(request, said))));
    }
    if (answer.isCut()) {
      throw new StepFailed(about(request, Replies.tooLarge()));
    }
    try {
      return Replies.of(answer);
    } catch (Replies.Unreadable unreadable) {
      String why = clean(request, String.valueOf(unreadable.getMessage()));
      throw new StepFailed(about(request, new Cause("reply-unreadable", "the answer: " + why, "")));
    }
  }

  private static Cause about(HttpRequest request, Cause cause) {
    return cause.saying(Requests.what(request) + ": " + cause.message());
  }

  private static String clean(HttpRequest request, String said) {
    return RequestSecrets.without(request, said);
  }

  // --- waiting for a job ---

  private Value poll(Step.Poll poll) throws StepFailed, AttemptFailed, InterruptedException {
    HttpRequest request = poll.request();
    Instant first = journal.asked(poll.name(), clock.instant());
    Optional<Instant> last = poll.atMost().map(first::plus);
    Optional<Instant> troubled = Optional.empty();
    while (true) { // asked once at least: the job may have ended while no server was there
      Instant sent = clock.instant();
      switch (ask(poll)) {
        case Verdict.Done(Value reply) -> {
          return reply;
        }
        case Verdict.Over(Cause why) -> throw new StepFailed(about(request, why));
        case Verdict.Going() -> {
          troubled = Optional.empty();
          if (!journal.hasAnswered(poll.name())) {
            journal.answered(poll.name(), clock.instant());
          }
        }
        case Verdict.Trouble(Cause why) -> {
          Instant since = troubled.orElse(sent);
          troubled = Optional.of(since);
          if (!clock.instant().isBefore(since.plus(poll.patience()))) {
            throw new StepFailed(outOfPatience(poll, about(request, why)));
          }
        }
      }
      Instant now = clock.instant();
      if (last.isPresent() && !now.isBefore(last.get())) {
        throw new StepFailed(tooLong(poll));
      }
      threads.sleep(pause(poll.every(), last, now));
    }
  }

  private Verdict ask(Step.Poll poll) throws InterruptedException {
    try {
      Answer answer = requests.send(poll.name(), poll.request(), Set.of(), poll.within());
      return Verdict.of(
          poll, answer, journal.hasAnswered(poll.name()), said -> clean(poll.request(), said));
    } catch (NoAnswer none) {
      return none.isPassing() ? new Verdict.Trouble(none.why()) : new Verdict.Over(none.why());
    }
  }

  private static Duration pause(Duration every, Optional<Instant> last, Instant now) {
    return last.map(end -> Duration.between(now, end))
        .filter(left -> left.compareTo(every) < 0)
        .orElse(every);
  }

  private static Cause outOfPatience(Step.Poll poll, Cause last) {
    return poll.patience().isZero()
        ? last
        : last.saying(
            "no answer as it should be for " + words(poll.patience()) + "; " + last.message());
  }

  private static Cause tooLong(Step.Poll poll) {
    return Cause.ofCaller(
        "job-too-long",
        "the job goes on after " + poll.atMost().map(Walk::words).orElse("") + ", its at-most",
        "the service may go on with it; allow it more time");
  }

  private static String words(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  // --- what handlers do ---

  private Value other(Step.Other other) throws StepFailed, AttemptFailed, InterruptedException {
    StepHandler handler = handlers.get(other.kind());
    if (handler == null) {
      Set<String> known = new TreeSet<>(handlers.keySet());
      throw new StepFailed(
          Cause.ofCaller(
              "step-kind-unknown",
              "nothing here does steps of kind '" + other.kind() + "'",
              "there are call, poll"
                  + known.stream().map(kind -> ", " + kind).collect(Collectors.joining())));
    }
    boolean before = journal.hasBegun(other.name());
    if (!before) {
      journal.begin(other.name(), clock.instant());
    }
    return handler.perform(
        new StepContext(
            other.arguments(),
            key(other.name()),
            before,
            line -> log.line(other.name() + ": " + line)));
  }

  /** Fit for a URL, whatever the step is called. */
  private String key(String step) {
    return key + "-" + work.steps().stream().map(Step::name).toList().indexOf(step);
  }

  // --- references ---

  private Step filled(Step step) throws StepFailed {
    try {
      return StepTexts.filled(
          StepTexts.withRequests(step, secrets::open),
          new Filler(work.roots(), reference -> valueOf(reference, step.name())));
    } catch (MissingValue missing) {
      throw new StepFailed(
          Cause.ofCaller("value-missing", String.valueOf(missing.getMessage()), ""));
    } catch (BadReference bad) {
      throw new StepFailed(Cause.ofCaller("reference-bad", String.valueOf(bad.getMessage()), ""));
    } catch (IllegalArgumentException unreadable) {
      throw new StepFailed(
          new Cause("credentials-unreadable", String.valueOf(unreadable.getMessage()), ""));
    }
  }

  private Value valueOf(Reference reference, String step) throws MissingValue {
    if (reference instanceof Reference.OfKey()) {
      return new Value.Text(key(step));
    }
    if (reference instanceof Reference.OfStep(String name, ValuePath path)) {
      Value reply =
          journal
              .reply(name)
              .orElseThrow(() -> new MissingValue(reference, "no earlier step of that name"));
      return switch (path.in(reply)) {
        case Looked.Found(Value value) -> value;
        case Looked.Missing(String why) -> throw new MissingValue(reference, why);
      };
    }
    Value given = work.given().get(reference.toString());
    if (given == null) {
      throw new MissingValue(reference, "no value was given for it");
    }
    return given;
  }
}
