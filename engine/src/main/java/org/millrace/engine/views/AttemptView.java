package org.millrace.engine.views;

import java.time.Instant;
import java.util.Optional;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;

/** One attempt, as stored. */
public record AttemptView(
    int number,
    Handle handle,
    Instant begunAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Outcome> outcome,
    AttemptReport report) {}
