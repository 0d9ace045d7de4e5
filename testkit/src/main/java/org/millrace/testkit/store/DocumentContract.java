package org.millrace.testkit.store;

import static org.millrace.testkit.DocumentFixture.FACE;
import static org.millrace.testkit.DocumentFixture.SPACE;
import static org.millrace.testkit.DocumentFixture.aFinding;
import static org.millrace.testkit.Fixtures.HERE;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aHandle;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.TaskSteps.leaseOf;

import java.util.List;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.Transition;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentPorts;
import org.millrace.engine.documents.DocumentStore.NewResult;
import org.millrace.engine.documents.DocumentStore.Saved;
import org.millrace.engine.documents.DocumentViewStore.StoredResult;
import org.millrace.engine.documents.SiblingStore.Marked;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore.Change;
import org.millrace.testkit.DocumentFixture;

/** What the contracts of the ports of documents begin with: the steps that the engine takes. */
public abstract class DocumentContract extends StoreContract {

  final DocumentPorts documents() {
    return store.documents();
  }

  final AssignedTask task(EntryId entry) {
    return documents()
        .views()
        .task(SPACE, entry)
        .orElseThrow(() -> new AssertionError("no task " + entry));
  }

  final TaskEntry entry(EntryId entry) {
    return task(entry).entry();
  }

  /** What {@link TaskMachine} makes of the event, stored with what the face of tests tells. */
  final Transition apply(TaskId task, TaskEvent event, AttemptNews news) {
    var change =
        new Change(
            event.at(), known -> TaskMachine.apply(known, event), news, FACE, _ -> List.of());
    return store
        .transitions()
        .apply(task, change)
        .orElseThrow(() -> new AssertionError("no task " + task));
  }

  final Task apply(TaskEntry entry, TaskEvent event) {
    return apply(entry.task(), event, AttemptNews.NONE).task();
  }

  /** The attempt of a ready task begins, in custody of the north. */
  final Task begin(TaskEntry entry, long second) {
    north.claimAll(stored(entry.task()).lane(), at(second));
    Task claimed = stored(entry.task()); // perhaps together with another one before
    return apply(
        entry,
        new TaskEvent.AttemptBegun(
            leaseOf(claimed), aHandle(claimed.id(), claimed.attempt() + 1, HERE), at(second)));
  }

  final Task end(Task begun, Outcome outcome, long second) {
    return apply(
            begun.id(),
            new TaskEvent.Ended(leaseOf(begun), outcome, 0, at(second)),
            AttemptNews.NONE)
        .task();
  }

  /** An attempt of it begins and ends so, in the same second. */
  final Task played(TaskEntry entry, Outcome outcome, long second) {
    return end(begin(entry, second), outcome, second);
  }

  static Outcome deferred() {
    return new Outcome.Deferred(aCause("waits-for-others"));
  }

  final Task again(TaskEntry entry, long second) {
    return apply(entry, new TaskEvent.AskedAgain("ada", "reset", true, at(second)));
  }

  /** A result of that id and word. */
  final Saved save(EntryId entry, int id, String word) {
    return documents()
        .store()
        .save(new NewResult(resultId(id), SPACE, entry, aFinding(word), at(id)));
  }

  static ResultId resultId(int number) {
    return new ResultId("result-%013d".formatted(number));
  }

  /** The words of results that are shown of a task. */
  final List<String> words(DocumentFixture document, String key) {
    return documents().views().resultsOf(SPACE, document.entry(key), false, 0, 1000).stream()
        .map(DocumentContract::word)
        .toList();
  }

  static String word(StoredResult result) {
    return String.valueOf(result.result().finding().payload().values().get("word"));
  }

  final List<Marked> marked() {
    return documents().siblings().marked(0, 1000);
  }

  final List<String> markedKeys() {
    return marked().stream().map(marked -> marked.entry().key()).toList();
  }
}
