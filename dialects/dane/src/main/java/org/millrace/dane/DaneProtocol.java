package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.WithDocument;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol;

/**
 * What is said to workers of the document era, and by them ({@code contracts/dane.md 3.4, 3.6}).
 * Ids of the job era are decimal numbers, and another protocol's. Thread-safe.
 */
final class DaneProtocol implements WorkerProtocol {
  static final String NAME = "dane";

  /** A name of ours and, unless a worker lost it, the attempt's number. */
  private static final Pattern CORRELATION =
      Pattern.compile("([0-9a-f]{40})(?:\\.([1-9][0-9]{0,8}))?");

  private final DaneConfig config;
  private final DocumentViewStore views;
  private final KeyEras eras;

  DaneProtocol(DaneConfig config, DocumentViewStore views, KeyEras eras) {
    this.config = config;
    this.views = views;
    this.eras = eras;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String exchange() {
    return config.exchange();
  }

  @Override
  public Message encode(AttemptOrder order, WorkerWork work) throws AttemptFailed {
    WithDocument told = views.entry(order.task()).orElseThrow(DaneProtocol::gone);
    TaskEntry entry = told.entry();
    eras.usedByDocuments(work.key());
    Map<String, Value> body = new LinkedHashMap<>();
    body.put(
        "task",
        LibraryForm.task(entry, beforeQueueing(order), order.spec().priority(), work.arguments()));
    body.put("document", LibraryForm.document(told.document()));
    return new Message(
        exchange(),
        work.route(),
        entry.id() + "." + order.attempt(),
        order.spec().priority(),
        PythonJson.line(new Value.Fields(body)).getBytes(StandardCharsets.US_ASCII));
  }

  /** Workers are told what was so before their message; none of them looks at it. */
  private static FaceState beforeQueueing(AttemptOrder order) {
    return order.attempt() == 1 ? DaneStates.CREATED : DaneStates.QUEUED;
  }

  private static AttemptFailed gone() {
    return new AttemptFailed(
        new Outcome.WorkRefused(
            Cause.ofCaller("document-gone", "its document was deleted meanwhile", "")));
  }

  @Override
  public Optional<Addressee> addressee(String correlationId) {
    Matcher parts = CORRELATION.matcher(correlationId);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var task = new ExternalId(NAME, parts.group(1));
    String attempt = parts.group(2);
    return Optional.of(
        new Addressee(
            task,
            attempt == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(attempt))));
  }

  @Override
  public Decoded decode(byte[] body) {
    return DaneAnswer.of(body).decoded();
  }
}
