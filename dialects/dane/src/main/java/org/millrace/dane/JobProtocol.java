package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.domain.document.Document;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol;

/**
 * What is said to workers of the job era, and by them ({@code contracts/dane.md 2.5, 3.3 to 3.6}).
 * They are told the whole job, with all that was found out so far, and found by the kind of file
 * that {@code DOWNLOAD} told: what that is, and so the routing key, is known only when a task
 * begins. Thread-safe.
 */
final class JobProtocol implements WorkerProtocol {
  static final String NAME = "dane-job";

  /** The kind of a file of which nothing is known yet. */
  static final String UNKNOWN_TYPE = "unknown";

  /**
   * Most bytes, as JSON, of what a worker answers besides: each later worker of the job is told all
   * of it, and so is whoever looks at the job.
   */
  static final int MOST_MORE = 64 << 10;

  /** How many jobs are put together at once: each may take the memory of several messages. */
  static final int AT_ONCE = 4;

  /** Bytes that are read before it is looked at again how long the message has become. */
  private static final int MEASURED_EVERY = 1 << 20;

  /** An id and, unless a worker lost it, the attempt's number. */
  private static final Pattern CORRELATION =
      Pattern.compile("([0-9]{1,10})(?:\\.([1-9][0-9]{0,8}))?");

  private final String exchange;
  private final DocumentViewStore views;
  private final KeyEras eras;

  JobProtocol(DaneConfig config, DocumentViewStore views, KeyEras eras) {
    this.exchange = config.jobExchange();
    this.views = views;
    this.eras = eras;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String exchange() {
    return exchange;
  }

  @Override
  public Message encode(AttemptOrder order, WorkerWork work) throws AttemptFailed {
    AssignedTask task = views.task(order.task()).orElseThrow(JobProtocol::gone);
    Document document =
        views
            .document(task.entry().space(), task.entry().document())
            .orElseThrow(JobProtocol::gone);
    eras.usedByJobs(work.key());
    Job job = Job.of(document);
    Value.Fields response = response(job, Jobs.each(views, document));
    String type = JobResponse.fileType(response).orElse(UNKNOWN_TYPE);
    return new Message(
        exchange,
        type + "." + work.key(),
        JobTask.of(task).number() + "." + order.attempt(),
        order.spec().priority(),
        PythonJson.line(JobForm.message(job, response)).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int madeAtOnce() {
    return AT_ONCE;
  }

  /**
   * What its tasks have found out. No more of it is read than a message can hold: once it is too
   * long, what comes after makes it no shorter, but for a kind of file that takes the place of
   * another. Equal answers to one key are told once, so lengths alone do not tell.
   */
  private static Value.Fields response(Job job, Iterator<AssignedTask> tasks) throws AttemptFailed {
    Map<String, Value> response = new LinkedHashMap<>(job.response().values());
    long measured = 0;
    long since = 0;
    while (tasks.hasNext()) {
      JobTask task = JobTask.of(tasks.next());
      JobResponse.add(task, response);
      since += PythonJson.length(task.answered());
      if (since >= MEASURED_EVERY && measured + since > WorkerBroker.LONGEST_MESSAGE) {
        measured = PythonJson.length(JobForm.message(job, new Value.Fields(response)));
        since = 0;
        if (measured > WorkerBroker.LONGEST_MESSAGE) {
          throw WorkerProtocol.messageTooLarge();
        }
      }
    }
    return new Value.Fields(response);
  }

  private static AttemptFailed gone() {
    return new AttemptFailed(
        new Outcome.WorkRefused(Cause.ofCaller("job-gone", "its job was deleted meanwhile", "")));
  }

  @Override
  public Optional<Addressee> addressee(String correlationId) {
    Matcher parts = CORRELATION.matcher(correlationId);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String attempt = parts.group(2);
    return Optional.of(
        new Addressee(
            JobNumbers.task(Long.parseLong(parts.group(1))),
            attempt == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(attempt))));
  }

  /** Nothing is put off in this era: a worker that cannot go on has failed. */
  @Override
  public Decoded decode(byte[] body) {
    DaneAnswer answer = bounded(DaneAnswer.of(body));
    Map<String, Value> said = new LinkedHashMap<>();
    said.put("state", LibraryForm.number(answer.state()));
    said.put("message", new Value.Text(answer.message()));
    said.put(JobStates.MORE, new Value.Fields(answer.more()));
    return new Decoded(outcome(answer), new Value.Fields(said), answer.unreadable());
  }

  private static DaneAnswer bounded(DaneAnswer answer) {
    return PythonJson.length(new Value.Fields(answer.more())) <= MOST_MORE
        ? answer
        : DaneAnswer.wrong(
            "says state %d and has more than %d bytes besides, as JSON; large results go elsewhere"
                .formatted(answer.state(), MOST_MORE));
  }

  private static Outcome outcome(DaneAnswer answer) {
    return switch (answer.outcome()) {
      case Outcome.Deferred(Cause cause) -> refused(cause);
      case Outcome.WorkFailed(Cause cause) when answer.state() == DaneAnswer.RESET ->
          refused(cause); // no state of this era
      case Outcome other -> other;
    };
  }

  private static Outcome refused(Cause cause) {
    return new Outcome.WorkRefused(
        new Cause("worker-refused", cause.message(), "ask for the task again"));
  }
}
