package org.millrace.engine.services;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.graph.Filler;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepTexts;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.staging.OneLine;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.submission.Admission;

/**
 * Admits steps whose requests this server can and may send, and seals their secrets before they are
 * stored; work of other kinds is admitted by another.
 */
public final class StepsAdmission implements Admission {
  /** Each step adds what it is told to the record of its attempt, which is written anew then. */
  private static final int MOST_STEPS = 1000;

  private static final Pattern METHOD = Pattern.compile("GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  /** They belong to the connection, which is ours. */
  private static final Set<String> CLOSED_HEADERS =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final Admission others;
  private final ServiceClient client;
  private final RequestSecrets secrets;
  private final Set<String> kinds;

  /**
   * Admits steps here.
   *
   * @param others admits work of other kinds
   * @param kinds of steps that are no requests and that this server does
   */
  public StepsAdmission(
      Admission others, ServiceClient client, RequestSecrets secrets, Set<String> kinds) {
    this.others = others;
    this.client = client;
    this.secrets = secrets;
    this.kinds = new TreeSet<>(kinds);
  }

  @Override
  public TaskSpec admit(TaskSpec spec) {
    return switch (spec.work()) {
      case ContainerWork _, InProcessWork _, WorkerWork _ -> others.admit(spec);
      case StepsWork work -> spec.withWork(admit(work));
    };
  }

  @Override
  public TaskSpec admitPlan(TaskSpec plan) {
    return switch (plan.work()) {
      case ContainerWork _, InProcessWork _, WorkerWork _ -> others.admitPlan(plan);
      case StepsWork work -> {
        checkForm(work);
        yield plan.withWork(changed(work, secrets::sealPlan));
      }
    };
  }

  @Override
  public TaskSpec opened(TaskSpec plan) {
    return switch (plan.work()) {
      case ContainerWork _, InProcessWork _, WorkerWork _ -> others.opened(plan);
      case StepsWork work -> plan.withWork(changed(work, this::opened));
    };
  }

  private HttpRequest opened(String field, HttpRequest request) {
    try {
      return secrets.open(request);
    } catch (IllegalArgumentException unreadable) {
      throw new Refusal(new Failure.Conflict(field + ": " + unreadable.getMessage()));
    }
  }

  private StepsWork admit(StepsWork work) {
    checkForm(work);
    for (Step step : work.steps()) {
      StepTexts.requests(step).forEach(request -> checkUrl(field(step), request, work));
    }
    return changed(work, (_, request) -> secrets.seal(request));
  }

  /** Each request exchanged for what is made of its place and of itself. */
  private static StepsWork changed(
      StepsWork work, BiFunction<String, HttpRequest, HttpRequest> change) {
    return new StepsWork(
        work.steps().stream()
            .map(
                step -> StepTexts.withRequests(step, request -> change.apply(field(step), request)))
            .toList(),
        work.given());
  }

  private static String field(Step step) {
    return "steps." + step.name();
  }

  /** What must be so whatever its references stand for. */
  private void checkForm(StepsWork work) {
    if (work.steps().size() > MOST_STEPS) {
      throw Refusal.invalid(
          "steps", "at most " + MOST_STEPS + " steps in one task, not " + work.steps().size());
    }
    for (Step step : work.steps()) {
      if (step instanceof Step.Other other && !kinds.contains(other.kind())) {
        throw Refusal.invalid(
            field(step) + ".do",
            "nothing here does steps of kind "
                + OneLine.of(other.kind())
                + "; there is "
                + String.join(", ", kinds));
      }
      StepTexts.requests(step).forEach(request -> checkForm(field(step), request));
    }
  }

  private static void checkForm(String field, HttpRequest request) {
    if (!METHOD.matcher(request.method()).matches()) {
      throw Refusal.invalid(
          field + ".method", "must be one of " + METHOD.pattern().replace("|", ", "));
    }
    for (String header : request.headers().keySet()) {
      if (!HEADER.matcher(header).matches()) {
        throw Refusal.invalid(field + ".headers", "holds a name that is none of a header");
      }
      if (CLOSED_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
        throw Refusal.invalid(field + ".headers." + header, "is for this server to set");
      }
    }
  }

  private void checkUrl(String field, HttpRequest request, StepsWork work) {
    knownPart(field + ".url", request.url(), work)
        .ifPresent(url -> client.check(field + ".url", url));
  }

  /** All of it, or what stands before the first reference, if that names the host at least. */
  private static Optional<String> knownPart(String field, String url, StepsWork work) {
    var filler = new Filler(work.roots(), reference -> valueOf(reference, work.given()));
    try {
      return Optional.of(filler.text(url));
    } catch (BadReference bad) {
      throw Refusal.invalid(field, String.valueOf(bad.getMessage()));
    } catch (MissingValue _) {
      String before = url.substring(0, url.indexOf("${"));
      int host = before.indexOf("://") + "://".length();
      boolean isNamed = before.contains("://") && before.indexOf('/', host) > 0;
      return isNamed ? Optional.of(before) : Optional.empty();
    }
  }

  private static Value valueOf(Reference reference, Map<String, Value> given) throws MissingValue {
    Value value = given.get(reference.toString());
    if (value == null) {
      throw new MissingValue(reference, "not known yet");
    }
    return value;
  }
}
