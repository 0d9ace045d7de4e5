package org.millrace.store.sqlite;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.documents.SiblingStore;

/** Who is to be looked at. */
final class SqliteSiblingStore implements SiblingStore {
  private final Writer writer;
  private final Reads scans;

  SqliteSiblingStore(Writer writer, Reads scans) {
    this.writer = writer;
    this.scans = scans;
  }

  @Override
  public List<Marked> marked(long after, int most) {
    return scans
        .<List<EntryRow.ToLookAt>>read(session ->
            session
                .on(Sql.ENTRIES_MARKED)
                .set("after", after)
                .set("most", most)
                .list(EntryRow.ToLookAt::read))
        .stream()
        .map(EntryRow.ToLookAt::marked)
        .toList();
  }

  @Override
  public Set<String> present(Space space, DocumentId document, Set<String> keys) {
    return scans.read(session -> {
      var present = new TreeSet<String>();
      for (String key : keys) {
        session
            .on(Sql.ENTRY_PRESENT)
            .set("space", space.name())
            .set("id", EntryId.of(document, key).text())
            .first(row -> row.text("key"))
            .ifPresent(present::add);
      }
      return present;
    });
  }

  @Override
  public boolean unmark(TaskId task, long mark) {
    return writer.write(session ->
        session.on(Sql.ENTRY_UNMARK).set("task", task.text()).set("mark", mark).update() == 1);
  }
}
