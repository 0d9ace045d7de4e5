package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.submission.IntakeStore;
import org.millrace.store.json.StoredJson;

/** Takes new tasks. */
final class SqliteIntakeStore implements IntakeStore {
  private final Writer writer;

  SqliteIntakeStore(Writer writer) {
    this.writer = writer;
  }

  @Override
  public Taken insert(NewTask fresh) {
    WrittenTask written = WrittenTask.of(fresh);
    return writer.writeNewWork(session -> insert(session, written));
  }

  /**
   * A task with its JSON, which is made before the one thread that writes gets it.
   *
   * @param report of its attempt, if it is done
   */
  record WrittenTask(NewTask fresh, String spec, @Nullable String report) {
    static WrittenTask of(NewTask fresh) {
      return new WrittenTask(
          fresh, StoredJson.write(fresh.spec()), TaskRow.json(fresh.done().map(Done::report)));
    }
  }

  static Taken insert(Session session, WrittenTask written) throws SQLException {
    NewTask fresh = written.fresh();
    Optional<TaskId> known = known(session, fresh.externalId());
    if (known.isPresent()) {
      return new Taken.Known(known.get());
    }
    OptionalInt full = full(session, fresh.task().lane(), fresh.refuseAt());
    if (full.isPresent()) {
      return new Taken.Full(full.getAsInt());
    }
    store(session, written);
    return new Taken.Stored();
  }

  private static Optional<TaskId> known(Session session, Optional<ExternalId> name)
      throws SQLException {
    return name.isEmpty()
        ? Optional.empty()
        : session
            .on(Sql.EXTERNAL_ID_FIND)
            .set("face", name.get().face())
            .set("text", name.get().text())
            .first(row -> new TaskId(row.text("id")));
  }

  /** How many unfinished tasks the lane has, if those are too many; no more are counted. */
  private static OptionalInt full(Session session, Lane lane, OptionalInt refuseAt)
      throws SQLException {
    if (refuseAt.isEmpty()) {
      return OptionalInt.empty();
    }
    int unfinished =
        session
            .on(Sql.LANE_UNFINISHED)
            .set("lane", lane.name())
            .set("most", refuseAt.getAsInt())
            .one(row -> row.number32("tasks"));
    return unfinished >= refuseAt.getAsInt() ? OptionalInt.of(unfinished) : OptionalInt.empty();
  }

  private static void store(Session session, WrittenTask written) throws SQLException {
    NewTask fresh = written.fresh();
    Task task = fresh.task();
    long seq = insertTask(session, task, fresh.spec());
    session.on(Sql.SPEC_INSERT).set("task", seq).set("json", written.spec()).update();
    insertTags(session, seq, fresh.spec().tags());
    insertName(session, seq, fresh.externalId());
    TaskWrites.record(session, seq, task, task.createdAt(), Kind.SUBMITTED, Optional.empty());
    if (fresh.done().isPresent()) {
      SqliteTransitionStore.storeDone(session, seq, fresh, fresh.done().get(), written.report());
    }
    TaskWrites.post(session, fresh.deliveries(), task.createdAt());
  }

  private static long insertTask(Session session, Task task, TaskSpec spec) throws SQLException {
    KeptStatement insert =
        session
            .on(Sql.TASK_INSERT)
            .set("dialect", spec.dialect())
            .set("name", spec.name().orElse(null));
    TaskRow.setFixed(insert, task, spec.priority());
    TaskRow.setChanging(insert, task, spec.priority(), task.createdAt());
    return insert.one(row -> row.number64("seq"));
  }

  private static void insertTags(Session session, long seq, Map<String, String> tags)
      throws SQLException {
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      session
          .on(Sql.TAG_INSERT)
          .set("key", tag.getKey())
          .set("value", tag.getValue())
          .set("task", seq)
          .update();
    }
  }

  private static void insertName(Session session, long seq, Optional<ExternalId> name)
      throws SQLException {
    if (name.isPresent()) {
      session
          .on(Sql.EXTERNAL_ID_INSERT)
          .set("face", name.get().face())
          .set("text", name.get().text())
          .set("task", seq)
          .update();
    }
  }
}
