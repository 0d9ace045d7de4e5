package org.millrace.dane;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignmentRule;
import org.millrace.engine.documents.Wanted;

/**
 * Tasks of documents are work for workers, who are found by the type of the target and the key
 * ({@code contracts/dane.md 3.3}). Pure.
 */
final class DaneAssignments implements AssignmentRule {
  private final DaneConfig config;

  DaneAssignments(DaneConfig config) {
    this.config = config;
  }

  @Override
  public TaskSpec spec(Document document, Wanted wanted) {
    String route = type(document) + "." + wanted.key();
    return new TaskSpec(
        config.owner(),
        DaneDialect.NAME,
        Optional.of(wanted.key()),
        Optional.empty(),
        Map.of(),
        wanted.priority(),
        new WorkerWork(
            DaneProtocol.NAME, route, wanted.key(), document.id().text(), wanted.arguments()),
        Resources.NONE,
        config.retry(),
        TimeLimits.NONE,
        List.of());
  }

  private static String type(Document document) {
    return document.target().values().get("type") instanceof Value.Text(String type)
        ? type
        : "unknown"; // none that this face registered
  }

  @Override
  public FaceState face() {
    return DaneStates.QUEUED;
  }
}
