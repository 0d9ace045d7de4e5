package org.millrace.api.graph;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.Step;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/** One step of a node: a request, a poll, or something that a part of this program does. */
final class StepDraft {
  private static final int MOST_STEPS = 1000;
  private static final int MOST_WORDS = 1000;
  private static final int LONGEST_NAME = 200;
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Set<String> CALL_ALONE = Set.of("accept", "probe");
  private static final Set<String> POLL_ALONE =
      Set.of("word", "going", "done", "failed", "message", "every", "at_most", "patience");

  private static final Fields<StepDraft> FIELDS =
      new Fields<StepDraft>()
          .with("name", (in, step) -> step.name = in.text(LONGEST_NAME))
          .with("call", (in, step) -> step.line = RequestDraft.line(in))
          .with("poll", (in, step) -> step.line = RequestDraft.line(in))
          .with("do", (in, step) -> step.kind = in.text(LONGEST_NAME))
          .with("with", (in, step) -> step.arguments = in.value())
          .withEach(RequestDraft.CARRIED, step -> step.carried)
          .with("accept", (in, step) -> step.accepted = accepted(in))
          .with("probe", (in, step) -> step.probe = RequestDraft.probe(in))
          .with("word", (in, step) -> step.word = References.path(in))
          .with("going", (in, step) -> step.going = words(in))
          .with("done", (in, step) -> step.done = words(in))
          .with("failed", (in, step) -> step.failed = words(in))
          .with("message", (in, step) -> step.message = References.path(in))
          .with("every", (in, step) -> step.every = in.duration())
          .with("at_most", (in, step) -> step.atMost = in.duration())
          .with("patience", (in, step) -> step.patience = in.duration())
          .with("within", (in, step) -> step.within = in.duration())
          .needing("name");

  private final RequestDraft.Carried carried = new RequestDraft.Carried();
  private Optional<String> name = Optional.empty();
  private Optional<RequestDraft.Line> line = Optional.empty();
  private Optional<String> kind = Optional.empty();
  private Optional<Value> arguments = Optional.empty();
  private Set<Integer> accepted = Set.of();
  private Optional<Step.Probe> probe = Optional.empty();
  private Optional<ValuePath> word = Optional.empty();
  private Set<String> going = Set.of();
  private Set<String> done = Set.of();
  private Set<String> failed = Set.of();
  private Optional<ValuePath> message = Optional.empty();
  private Optional<Duration> every = Optional.empty();
  private Optional<Duration> atMost = Optional.empty();
  private Optional<Duration> patience = Optional.empty();
  private Optional<Duration> within = Optional.empty();

  /** The steps of a node; empty if they were not good enough to make any. */
  static List<Step> steps(Cursor in) throws IOException {
    Set<String> names = new HashSet<>();
    return in.some(MOST_STEPS, cursor -> step(cursor, names)).orElse(List.of());
  }

  private static Optional<Step> step(Cursor in, Set<String> names) throws IOException {
    Spot spot = in.spot();
    var draft = new StepDraft();
    Optional<Set<String>> given = FIELDS.read(in, draft);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    if (draft.name.isPresent() && !names.add(draft.name.get())) {
      in.fault(spot, "name", "an earlier step is called " + Shown.quoted(draft.name.get()));
      return Optional.empty();
    }
    return draft.step(in, spot, given.get());
  }

  private Optional<Step> step(Cursor in, Spot spot, Set<String> given) {
    List<String> kinds = Stream.of("call", "poll", "do").filter(given::contains).toList();
    if (kinds.size() != 1) {
      in.fault(spot, "one of call, poll and do is wanted" + (kinds.isEmpty() ? "" : ", no more"));
      return Optional.empty();
    }
    Set<String> useless = useless(kinds.getFirst(), given);
    if (!useless.isEmpty()) {
      in.fault(
          spot, String.join(", ", useless) + ": has no meaning beside '" + kinds.getFirst() + "'");
    }
    RequestDraft.checkBody(in, spot, given);
    return switch (kinds.getFirst()) {
      case "call" -> call();
      case "poll" -> poll(in, spot, given);
      default -> other();
    };
  }

  private static Set<String> useless(String kind, Set<String> given) {
    Set<String> useful = new HashSet<>(Set.of("name", kind));
    if (kind.equals("do")) {
      useful.add("with");
    } else {
      useful.addAll(RequestDraft.CARRIED.names());
      useful.add("within");
      useful.addAll(kind.equals("call") ? CALL_ALONE : POLL_ALONE);
    }
    Set<String> useless = new TreeSet<>(given);
    useless.removeAll(useful);
    return useless;
  }

  private Optional<Step> call() {
    return both(name, line.map(known -> known.with(carried)))
        .map(known ->
            new Step.Call(
                known.name,
                known.request,
                accepted,
                probe.map(this::withHeaders),
                within.orElse(WITHIN)));
  }

  /** A probe without headers is sent with those of the request: it asks the same service. */
  private Step.Probe withHeaders(Step.Probe probe) {
    HttpRequest request = probe.request();
    return request.headers().isEmpty()
        ? new Step.Probe(
            new HttpRequest(request.method(), request.url(), carried.headers(), request.body()),
            probe.found())
        : probe;
  }

  private Optional<Step> poll(Cursor in, Spot spot, Set<String> given) {
    if (!given.contains("done")) {
      in.fault(spot, "done is missing: the words that say that all went well");
    }
    Set<String> known = new HashSet<>();
    List<String> twice =
        Stream.of(going, done, failed)
            .flatMap(Set::stream)
            .filter(word -> !known.add(word))
            .toList();
    if (!twice.isEmpty()) {
      in.fault(
          spot,
          "going, done and failed: "
              + Shown.quoted(twice.getFirst())
              + " can mean one of them only");
      return Optional.empty();
    }
    if (done.isEmpty()) {
      return Optional.empty();
    }
    return both(name, line.map(request -> request.with(carried)))
        .map(both ->
            new Step.Poll(
                both.name,
                both.request,
                word.orElse(new ValuePath(List.of())),
                going,
                done,
                failed,
                message,
                every.orElse(EVERY),
                atMost,
                patience.orElse(PATIENCE),
                within.orElse(WITHIN)));
  }

  private Optional<Step> other() {
    return name.isEmpty() || kind.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Step.Other(name.get(), kind.get(), arguments.orElse(new Value.Fields(Map.of()))));
  }

  private record Both(String name, HttpRequest request) {}

  private static Optional<Both> both(Optional<String> name, Optional<HttpRequest> request) {
    return name.flatMap(known -> request.map(sent -> new Both(known, sent)));
  }

  private static Set<Integer> accepted(Cursor in) throws IOException {
    return Set.copyOf(in.list(MOST_WORDS, cursor -> cursor.whole(100, 599)).orElse(List.of()));
  }

  private static Set<String> words(Cursor in) throws IOException {
    return Set.copyOf(in.some(MOST_WORDS, Cursor::words).orElse(List.of()));
  }
}
