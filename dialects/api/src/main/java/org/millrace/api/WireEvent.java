package org.millrace.api;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.TaskState;

/** One line of history. */
record WireEvent(
    long sequence,
    String task,
    String owner,
    Instant at,
    String kind,
    TaskState state,
    int attempt,
    Optional<String> detail) {
  static WireEvent of(HistoryEvent event) {
    return new WireEvent(
        event.sequence(),
        event.task().text(),
        event.owner().name(),
        event.at(),
        event.kind().name().toLowerCase(Locale.ROOT),
        event.state(),
        event.attempt(),
        event.detail());
  }
}
