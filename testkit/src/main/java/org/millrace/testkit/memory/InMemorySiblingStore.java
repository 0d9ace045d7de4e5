package org.millrace.testkit.memory;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.documents.SiblingStore;

/** Who is to be looked at. */
final class InMemorySiblingStore implements SiblingStore {
  private final Tables tables;

  InMemorySiblingStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public List<Marked> marked(long after, int most) {
    return tables.locked(
        () ->
            tables
                .documents()
                .entries()
                .filter(row -> row.isMarked() && row.sequence() > after)
                .limit(most)
                .map(EntryRow::asMarked)
                .toList());
  }

  @Override
  public Set<String> present(Space space, DocumentId document, Set<String> keys) {
    return tables.locked(
        () ->
            keys.stream()
                .filter(
                    key -> tables.documents().entry(space, EntryId.of(document, key)).isPresent())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Override
  public boolean unmark(TaskId task, long mark) {
    return tables.locked(
        () -> tables.documents().entry(task).filter(row -> row.unmark(mark)).isPresent());
  }
}
