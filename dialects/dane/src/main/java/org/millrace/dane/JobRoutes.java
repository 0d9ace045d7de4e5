package org.millrace.dane;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.millrace.dane.Jobs.Shown;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Handler;
import org.millrace.http.Routes;

/**
 * The job era ({@code contracts/dane.md 1.6}), in the spellings of the original and of its README.
 * Three of its paths are the document era's too: {@link #taskOr} tells them apart by the id.
 */
final class JobRoutes {
  private static final String NOT_UNDERSTOOD =
      "The browser (or proxy) sent a request that this server could not understand.";
  private static final int LARGEST = Integer.MAX_VALUE;

  private final Jobs jobs;
  private final DaneHealth health;

  JobRoutes(Jobs jobs, DaneHealth health) {
    this.jobs = jobs;
    this.health = health;
  }

  Routes routes() {
    Handler retry = acting(this::retry);
    Handler delete = acting(this::delete);
    Handler search = told(this::search);
    return Routes.under("/DANE")
        .post("/job", told(this::register))
        .get("/job/inprogress", told(_ -> numbers(jobs.inProgress())))
        .get("/job/search/{source*}", search)
        .get("/search/{source}", search)
        .get("/job/{job}", told(this::show))
        .delete("/job/{job}", told(this::delete))
        .get("/job/{job}/retry", retry)
        .post("/job/{job}/retry", retry)
        .get("/job/{job}/delete", delete)
        .post("/job/{job}/delete", delete)
        .get("/health", _ -> empty(), Access.OPEN)
        .get("/ready", _ -> health.ready(), Access.OPEN);
  }

  /** What a handler of this era says, with its refusals as pages. */
  private static Handler told(Handler handler) {
    return exchange -> {
      try {
        return handler.answer(exchange);
      } catch (JobRefused refused) {
        return JobPages.page(refused.status(), refused.text());
      }
    };
  }

  private static Handler acting(Handler handler) {
    return Requests.act(told(handler));
  }

  private Answer register(Exchange exchange) throws IOException, InterruptedException {
    Value body;
    try {
      body = Requests.json(exchange);
    } catch (PythonJson.NotJson _) {
      throw JobRefused.format();
    }
    Shown job = jobs.register(GivenJob.of(body));
    return Marshalled.line(201, JobForm.registered(job.job(), job.tasks()));
  }

  private Answer show(Exchange exchange) {
    return shown(jobs.find(job(exchange)));
  }

  private Answer retry(Exchange exchange) throws InterruptedException {
    return shown(jobs.retry(job(exchange), who(exchange)));
  }

  private Answer delete(Exchange exchange) {
    if (!jobs.delete(job(exchange), who(exchange))) {
      throw Requests.notFound();
    }
    return empty();
  }

  /** Without a source it is {@code /job/{job}} of the original, of which "search" is no number. */
  private Answer search(Exchange exchange) {
    String source = exchange.parameter("source");
    if (source.isEmpty()) {
      throw new JobRefused(400, NOT_UNDERSTOOD);
    }
    return numbers(jobs.ofSource(source));
  }

  /**
   * Tasks of either era, told apart by their ids.
   *
   * @param documents what the document era says
   */
  Handler taskOr(Handler documents) {
    return exchange ->
        JobNumbers.isNumber(exchange.parameter("task"))
            ? task(jobs.task(number(exchange)))
            : documents.answer(exchange);
  }

  /** The same of what can be asked of a task. */
  Handler actionOr(Handler documents) {
    Handler action = acting(this::act);
    return exchange ->
        JobNumbers.isNumber(exchange.parameter("task"))
            ? action.answer(exchange)
            : documents.answer(exchange);
  }

  /** The task whose number stands there; empty if that is no number, and so of the other era. */
  Optional<AssignedTask> numbered(Exchange exchange) {
    return JobNumbers.isNumber(exchange.parameter("task"))
        ? Optional.of(jobs.assigned(number(exchange)).orElseThrow(notFound()))
        : Optional.empty();
  }

  /** There is no {@code retry} of one task in this era. */
  private Answer act(Exchange exchange) throws InterruptedException {
    return switch (exchange.parameter("action")) {
      case "forceretry" -> task(jobs.force(number(exchange), who(exchange)));
      case "reset" -> task(jobs.reset(number(exchange), who(exchange)));
      default -> throw Requests.notFound();
    };
  }

  private static long number(Exchange exchange) {
    return JobNumbers.of(exchange.parameter("task")).orElseThrow();
  }

  /** Whatever Python takes for a number may be asked for. */
  private static long job(Exchange exchange) {
    OptionalInt small = PythonInt.clamped(new Value.Text(exchange.parameter("job")), -1, LARGEST);
    if (small.isEmpty()) {
      throw new JobRefused(400, NOT_UNDERSTOOD);
    }
    if (small.getAsInt() < 0 || small.getAsInt() == LARGEST) {
      return JobNumbers.of(exchange.parameter("job")).orElseThrow(Requests::notFound);
    }
    return small.getAsInt();
  }

  private static String who(Exchange exchange) {
    return exchange.caller().owner().name();
  }

  private static Answer shown(Optional<Shown> job) {
    Shown found = job.orElseThrow(notFound());
    return Marshalled.line(200, JobForm.shown(found.job(), found.tasks()));
  }

  private static Answer task(Optional<JobTask> task) {
    return Marshalled.line(200, task.orElseThrow(notFound()).alone());
  }

  private static Supplier<RuntimeException> notFound() {
    return Requests::notFound;
  }

  private static Answer numbers(Collection<Long> jobs) {
    Value list = new Value.Items(jobs.stream().<Value>map(LibraryForm::number).toList());
    return Marshalled.line(200, new Value.Fields(Map.of("jobs", list)));
  }

  private static Answer empty() {
    return Answer.bytes(200, "text/html; charset=utf-8", new byte[0]);
  }
}
