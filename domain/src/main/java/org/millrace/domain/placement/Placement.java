package org.millrace.domain.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.SmallFile;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;

/** Matches what a task asks for with what runtimes offer. Pure. */
public final class Placement {
  private Placement() {}

  /** What came of it. */
  public sealed interface Choice {

    /** This runtime takes it. */
    record Chosen(RuntimeOffer runtime) implements Choice {}

    /** One would take it, but not at the moment. */
    record NotNow(Cause cause) implements Choice {}

    /** None ever will. */
    record Never(Cause cause) implements Choice {}
  }

  /**
   * The first runtime, in the operator's order, that takes the work now; else why it waits, or why
   * it cannot run here at all. One that comes back is waited for, so that the same work does not
   * run in an image today and without one tomorrow.
   */
  public static Choice choose(Work work, Resources asked, List<RuntimeOffer> offers) {
    List<RuntimeOffer> candidates =
        offers.stream()
            .filter(offer -> offer.runs().contains(work.getClass()))
            .filter(named(asked))
            .toList();
    if (candidates.isEmpty()) {
      return new Choice.Never(noCandidate(work, asked, offers));
    }
    List<Cause> objections = new ArrayList<>();
    Optional<Cause> notNow = Optional.empty();
    for (RuntimeOffer offer : candidates) {
      Optional<Cause> objection = objection(work, asked, offer);
      if (objection.isPresent()) {
        objections.add(objection.get());
      } else if (offer.unavailable().isPresent()) {
        notNow = notNow.or(offer::unavailable);
        if (offer.comesBack()) {
          break;
        }
      } else {
        return new Choice.Chosen(offer);
      }
    }
    return notNow
        .<Choice>map(Choice.NotNow::new)
        .orElseGet(() -> new Choice.Never(objections.getFirst()));
  }

  private static Predicate<RuntimeOffer> named(Resources asked) {
    return offer -> asked.runtime().map(name -> offer.name().text().equals(name)).orElse(true);
  }

  private static Cause noCandidate(Work work, Resources asked, List<RuntimeOffer> offers) {
    return asked
        .runtime()
        .map(name -> notThisOne(work, name, offers))
        .orElseGet(() -> noneOfThisKind(work, offers));
  }

  /** What this server was started without says more than that nothing is there. */
  private static Cause noneOfThisKind(Work work, List<RuntimeOffer> offers) {
    return offers.stream()
        .filter(offer -> offer.missedBy().contains(work.getClass()))
        .flatMap(offer -> offer.unavailable().stream())
        .findFirst()
        .map(why -> new Cause(why.code(), why.message(), why.help())) // no caller named it
        .orElseGet(() ->
            new Cause(
                "no-runtime",
                "no runtime of this server is for work of this kind",
                "configure one; those that take work now: " + names(offers, _ -> true)));
  }

  private static Cause notThisOne(Work work, String name, List<RuntimeOffer> offers) {
    Optional<RuntimeOffer> called =
        offers.stream().filter(offer -> offer.name().text().equals(name)).findFirst();
    String help =
        "name one that takes work now, or none: "
            + names(offers, offer -> offer.runs().contains(work.getClass()));
    return called
        .filter(offer -> !offer.isAbsent())
        .map(_ ->
            Cause.ofCaller(
                "runtime-unfit", "runtime '" + name + "' is for work of another kind", help))
        .or(() -> called.flatMap(RuntimeOffer::unavailable))
        .orElseGet(() ->
            Cause.ofCaller("runtime-unknown", "there is no runtime '" + name + "' here", help));
  }

  private static String names(List<RuntimeOffer> offers, Predicate<RuntimeOffer> fitting) {
    List<String> there =
        offers.stream()
            .filter(fitting)
            .filter(offer -> offer.unavailable().isEmpty() || offer.comesBack())
            .map(offer -> offer.name().text())
            .toList();
    return there.isEmpty() ? "there are none" : String.join(", ", there);
  }

  private static Optional<Cause> objection(Work work, Resources asked, RuntimeOffer offer) {
    return tooManyCores(asked, offer)
        .or(() -> tooMuchMemory(asked, offer))
        .or(() -> closedPath(work, offer));
  }

  private static Optional<Cause> tooManyCores(Resources asked, RuntimeOffer offer) {
    return asked
        .cpuCores()
        .filter(cores -> cores > offer.cpuCores())
        .map(cores ->
            Cause.ofCaller(
                "too-many-cores",
                "asks for "
                    + cores
                    + " cores; runtime "
                    + offer.name()
                    + " has "
                    + offer.cpuCores(),
                "ask for fewer, or raise " + offer.section() + ".cpu-cores"));
  }

  private static Optional<Cause> tooMuchMemory(Resources asked, RuntimeOffer offer) {
    return asked
        .ramBytes()
        .filter(bytes -> bytes > offer.ramBytes())
        .map(bytes ->
            Cause.ofCaller(
                "too-much-memory",
                "asks for "
                    + bytes
                    + " bytes of memory; runtime "
                    + offer.name()
                    + " has "
                    + offer.ramBytes(),
                "ask for less, or raise " + offer.section() + ".ram"));
  }

  private static Optional<Cause> closedPath(Work work, RuntimeOffer offer) {
    return declaredPaths(work)
        .filter(path -> offer.closedPaths().stream().anyMatch(closed -> isWithin(path, closed)))
        .findFirst()
        .map(path ->
            Cause.ofCaller(
                "path-taken",
                "path "
                    + path
                    + " lies in a folder that runtime "
                    + offer.name()
                    + " keeps to itself",
                "declare it elsewhere; taken are " + String.join(", ", offer.closedPaths())));
  }

  private static Stream<String> declaredPaths(Work work) {
    return switch (work) {
      case ContainerWork container ->
          Stream.of(
                  container.inputs().stream().map(Input::path),
                  container.outputs().stream().map(Output::path),
                  container.volumes().stream(),
                  container.reads().values().stream().map(SmallFile::path),
                  container.executors().stream()
                      .flatMap(executor -> Stream.of(executor.stdout(), executor.stderr()))
                      .flatMap(Optional::stream))
              .flatMap(paths -> paths);
      case StepsWork _, InProcessWork _, WorkerWork _ -> Stream.empty();
    };
  }

  private static boolean isWithin(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder + "/");
  }
}
