package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.DocumentFixture.FACE;
import static org.millrace.testkit.DocumentFixture.SPACE;
import static org.millrace.testkit.DocumentFixture.aDocument;
import static org.millrace.testkit.DocumentFixture.aFinding;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.RunFixture.aRun;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DeadLetterStore.Kept;
import org.millrace.engine.documents.DocumentStore.Assignment;
import org.millrace.engine.documents.DocumentStore.NewResult;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.Except;
import org.millrace.engine.documents.DocumentViewStore.Place;
import org.millrace.engine.documents.DocumentViewStore.Search;
import org.millrace.engine.documents.DocumentViewStore.StoredResult;
import org.millrace.engine.documents.SiblingStore.Marked;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.transition.TransitionStore.Change;
import org.millrace.engine.views.TaskView;
import org.millrace.testkit.DocumentFixture;

/**
 * Plays the same random calls about documents on a store and on the model of it, and compares every
 * answer. The seed decides everything.
 */
final class DocumentsSideBySide {
  private static final int REMEMBERED = 25;
  private static final int ALL = 10_000;
  private static final List<String> TARGETS =
      List.of("A", "AB", "ABC", "a", "[x]", "v1", "v2", "\uFFFD", "\uD83D\uDE00");
  private static final List<String> CREATORS = List.of("C", "BC", "ACME");
  private static final List<String> SPACES = List.of("dane", "dane", "dane", "other");
  private static final List<String> KEYS = List.of("ASR", "OCR", "CUT");
  private static final List<String> PATTERNS =
      List.of("*", "*", "A*", "?", "v?", "*B*", "[x]", "[*", "ACME", "C", "v1", "\uFFFD*", "B?");
  private final StorePorts subject;
  private final StorePorts model;
  private final long seed;
  private final RandomCalls random;
  private final List<Assignment> assigned = new ArrayList<>();
  private final Deque<String> latest = new ArrayDeque<>();
  private Instant now = NOON;
  private int results;
  private int runs;
  private int steps;

  DocumentsSideBySide(StorePorts subject, StorePorts model, long seed) {
    this.subject = subject;
    this.model = model;
    this.seed = seed;
    random = new RandomCalls(seed);
  }

  /** Plays so many calls, then compares all that is stored. */
  void play(int calls) {
    same(
        "announce",
        store -> {
          store.heartbeats().announce(NORTH, now.plusSeconds(1_000_000));
          return "announced";
        });
    while (steps < calls) {
      steps++;
      now = now.plusMillis(random.upTo(3000));
      step();
    }
    compareEverything();
  }

  private void step() {
    switch (random.upTo(20)) {
      case 0, 1 -> register();
      case 2, 3, 4 -> assign();
      case 5, 6, 7, 8, 9, 10 -> change();
      case 11, 12 -> save();
      case 13 -> delete();
      case 14 -> unmark();
      case 15 -> search();
      case 16 -> list();
      case 17 -> write();
      case 18 -> adopt();
      default -> look();
    }
  }

  private DocumentFixture document() {
    return aDocument(one(TARGETS)).of(one(CREATORS)).in(one(SPACES)).createdAt(now);
  }

  private <T> T one(List<T> choices) {
    return random.oneOf(choices).orElseThrow();
  }

  private void register() {
    List<Document> some =
        IntStream.rangeClosed(0, random.upTo(3)).mapToObj(_ -> document().document()).toList();
    same("register " + some, store -> store.documents().store().register(some));
  }

  private void assign() {
    List<Assignment> some =
        IntStream.rangeClosed(0, random.upTo(3)).mapToObj(_ -> assignment()).toList();
    assigned.addAll(some);
    same("assign " + some, store -> store.documents().store().assign(some));
  }

  private Assignment assignment() {
    OptionalInt refuseAt =
        random.chance(10) ? OptionalInt.of(1 + random.upTo(10)) : OptionalInt.empty();
    return document().assignment(one(KEYS), random.newId().text(), now, refuseAt);
  }

  /** A name that was assigned, whether it is there or not. */
  private Optional<Assignment> name() {
    return random.oneOf(assigned);
  }

  private EntryId entry() {
    return name().map(Assignment::id).orElse(aDocument("none").entry("ASR"));
  }

  private Space space() {
    return name().filter(_ -> random.chance(90)).map(Assignment::space).orElse(SPACE);
  }

  /** Mostly what comes next for such a task. */
  private void change() {
    TaskId task = name().map(one -> one.task().task().id()).orElse(new TaskId("nobody"));
    Optional<Task> known = model.views().find(task).map(TaskView::task);
    if (known.isPresent()
        && known.get().state() == TaskState.QUEUED
        && known.get().lease().isEmpty()) {
      LaneRule all = new LaneRule(known.get().lane(), ALL, Counts.ALL, WhenFull.WAIT);
      same(
          "claim in " + known.get().lane(),
          store -> store.claims().claimReady(all, Optional.empty(), NORTH, now));
    }
    Optional<Task> current = model.views().find(task).map(TaskView::task);
    TaskEvent event =
        current.filter(one -> one.lease().isPresent() && one.state().isUnderWay()).isPresent()
                && random.chance(70)
            ? new TaskEvent.Ended(random.lease(current), outcome(), 0, now)
            : random.event(current, now);
    var news = random.news(now);
    same(
        "apply " + task + ", " + event + ", " + news,
        store ->
            store
                .transitions()
                .apply(
                    task,
                    new Change(
                        event.at(),
                        before -> TaskMachine.apply(before, event),
                        news,
                        FACE,
                        _ -> List.of())));
    same("task " + task, store -> store.documents().views().task(task));
    same("entry " + task, store -> store.documents().views().entry(task));
  }

  private Outcome outcome() {
    return switch (random.upTo(4)) {
      case 0 -> new Outcome.Deferred(aCause("waits-for-others"));
      case 1 -> new Outcome.WorkFailed(aCause("work-failed"));
      default -> new Outcome.Completed();
    };
  }

  private void save() {
    var result =
        new NewResult(
            id(random.chance(3) ? random.upTo(results + 1) : ++results),
            space(),
            entry(),
            aFinding(random.word()),
            now);
    same("save " + result, store -> store.documents().store().save(result));
  }

  private static ResultId id(int number) {
    return new ResultId("result-%013d".formatted(number));
  }

  private void delete() {
    EntryId entry = entry();
    Space space = space();
    var document = document();
    switch (random.upTo(3)) {
      case 0 -> {
        ResultId result = id(random.upTo(results + 1));
        same("delete " + result, store -> store.documents().store().deleteResult(space, result));
      }
      case 1 ->
          same("delete " + entry, store -> store.documents().store().deleteTask(space, entry, now));
      default -> {
        int most = 1 + random.upTo(3);
        same(
            "delete " + document + ", " + most,
            store ->
                store
                    .documents()
                    .store()
                    .deleteDocument(document.space(), document.id(), now, most));
      }
    }
  }

  private void unmark() {
    List<Marked> all = model.documents().siblings().marked(0, ALL);
    random
        .oneOf(all)
        .ifPresent(marked -> {
          long mark = marked.mark() - (random.chance(20) ? 1 : 0);
          same(
              "unmark " + marked + ", " + mark,
              store -> store.documents().siblings().unmark(marked.entry().task(), mark));
        });
    compareMarks();
  }

  private void compareMarks() {
    int skip = random.upTo(3);
    same("marked", store -> marks(store.documents().siblings().marked(0, ALL)));
    same(
        "marked after " + skip,
        store -> {
          List<Marked> all = store.documents().siblings().marked(0, skip + 1);
          long after = all.isEmpty() ? 0 : all.getLast().sequence();
          return marks(store.documents().siblings().marked(after, 2));
        });
  }

  /** Places are a store's own, and so is what marks are; which came later is not. */
  private static List<Marked> marks(List<Marked> all) {
    return all.stream()
        .map(one ->
            new Marked(0, one.entry(), one.state(), one.seen(), one.completions(), one.mark()))
        .toList();
  }

  private void search() {
    var search = new Search(new Space(one(SPACES)), one(PATTERNS), one(PATTERNS));
    int skip = random.upTo(3);
    int most = 1 + random.upTo(3);
    Optional<Document> after =
        random.chance(50) ? Optional.of(document().document()) : Optional.empty();
    same(
        search + " " + skip + ", " + most,
        store -> store.documents().views().search(search, skip, most));
    same(
        search + " after " + after,
        store -> store.documents().views().searchAfter(search, after, most));
    String creator = one(CREATORS);
    same(
        "documents of " + creator + " after " + after,
        store ->
            store
                .documents()
                .views()
                .documentsOf(search.space(), creator, after.map(Document::targetId), most));
  }

  private void list() {
    var document = document();
    String key = one(KEYS);
    Space space = document.space();
    int skip = random.upTo(3);
    same(
        "tasks of " + document,
        store -> pages(skip, after -> views(store).tasksOf(space, document.id(), after, skip + 1)));
    same(
        "tasks of " + document.creator() + ", " + key,
        store ->
            pages(
                skip,
                after -> views(store).tasksOf(space, document.creator(), key, after, skip + 1)));
    int number = one(List.of(102, 200, 412, 500, 503));
    same(
        key + " showing " + number,
        store -> pages(skip, after -> views(store).numbered(space, key, number, after, skip + 1)));
    Set<Integer> numbers = new TreeSet<>(List.of(number, one(List.of(102, 200, 201))));
    var except =
        new Except(space, random.chance(50) ? Optional.of(key) : Optional.empty(), numbers);
    int most = 1 + random.upTo(3);
    same(except + ", " + most, store -> except(store, except, most));
    same(
        "sequences of " + except + ", " + most,
        store -> unplaced(views(store).tasks(space, views(store).sequencesExcept(except, most))));
    same("counts " + except, store -> views(store).countsExcept(except, most));
    same(
        "place of " + most + " in " + except,
        store -> views(store).placeExcept(except, most).map(Place::number));
  }

  private static DocumentViewStore views(StorePorts store) {
    return store.documents().views();
  }

  /** A first page, and what comes after it: places are a store's own. */
  private static List<List<AssignedTask>> pages(int skip, Function<Long, List<AssignedTask>> page) {
    List<AssignedTask> first = page.apply(0L);
    long after = first.size() > skip ? first.get(skip).sequence() : 0;
    return List.of(unplaced(first), unplaced(page.apply(after)));
  }

  private static List<AssignedTask> except(StorePorts store, Except except, int most) {
    var found = new ArrayList<AssignedTask>();
    List<AssignedTask> page = views(store).except(except, Optional.empty(), most);
    while (!page.isEmpty()) {
      found.addAll(page);
      page = views(store).except(except, Optional.of(Place.of(page.getLast())), most);
    }
    return unplaced(found);
  }

  private static List<AssignedTask> unplaced(List<AssignedTask> tasks) {
    return tasks.stream()
        .map(task -> new AssignedTask(0, task.entry(), task.spec(), task.state(), task.attempt()))
        .toList();
  }

  private void write() {
    byte[] body = random.word().getBytes(StandardCharsets.UTF_8);
    int keep = 1 + random.upTo(5);
    var letter = DeadLetter.of(now, Optional.of(random.word()), body, aCause("unread"));
    same(
        "put " + letter + ", " + keep,
        store -> {
          store.documents().deadLetters().put(letter, keep);
          return "put";
        });
    Instant then = now.minusSeconds(random.upTo(100));
    if (random.chance(20)) {
      same("forget", store -> store.documents().deadLetters().forget(then, keep));
    }
    compareLetters();
  }

  private void compareLetters() {
    same(
        "letters",
        store ->
            store.documents().deadLetters().newest(Long.MAX_VALUE, ALL).stream()
                .map(Kept::letter)
                .toList());
    same("count of letters", store -> store.documents().deadLetters().count());
  }

  /** A node of a run becomes one of the tasks. */
  private void adopt() {
    TaskId task = name().map(one -> one.task().task().id()).orElse(new TaskId("nobody"));
    var run = new RunId("run" + ++runs);
    same(
        run + " adopts " + task,
        store -> {
          aRun(run.text()).adopting("n0", task).createdAt(now).submit(store);
          var node = store.runViews().node(run, 0).orElseThrow();
          return store
              .runs()
              .apply(List.of(NodeChange.of(run, node, new NodeEvent.Begun(task))), now);
        });
  }

  private void look() {
    EntryId entry = entry();
    Space space = space();
    same(
        "task " + entry,
        store -> views(store).task(space, entry).map(one -> unplaced(List.of(one))));
    same("document of " + entry, store -> views(store).documentOf(space, entry));
    same("tombstone " + entry, store -> views(store).tombstone(space, entry));
    boolean overtaken = random.chance(50);
    int most = 1 + random.upTo(4);
    same(
        "results of " + entry + ", " + overtaken,
        store -> results(views(store).resultsOf(space, entry, overtaken, 0, most)));
    String creator = one(CREATORS);
    String key = one(KEYS);
    same(
        "results of " + creator + ", " + key,
        store -> results(views(store).resultsOf(space, creator, key, 0, most)));
    ResultId result = id(random.upTo(results + 1));
    same("result " + result, store -> views(store).result(space, result));
    name()
        .ifPresent(one -> {
          TaskId task = one.task().task().id();
          same("view of " + task, store -> store.views().find(task));
          same("node of " + task, store -> store.runViews().nodeOf(task));
          Set<String> keys = new TreeSet<>(KEYS);
          same(
              "present in " + one.document(),
              store -> store.documents().siblings().present(one.space(), one.document(), keys));
        });
    for (TaskState state : List.of(TaskState.COMPLETE, TaskState.CANCELED)) {
      same(
          "ended " + state,
          store ->
              store.retention().endedBefore(state, now, Optional.empty(), ALL).stream()
                  .map(ended -> ended.task() + " " + ended.isKept())
                  .toList());
    }
    List<TaskId> some = assigned.stream().map(one -> one.task().task().id()).limit(3).toList();
    same("forget " + some, store -> store.retention().remove(some));
  }

  private static List<?> results(List<StoredResult> results) {
    return results.stream().map(StoredResult::result).toList();
  }

  private void compareEverything() {
    compareMarks();
    compareLetters();
    for (String name : new TreeSet<>(SPACES)) {
      var space = new Space(name);
      same("all of " + space, store -> views(store).search(Search.all(space), 0, ALL));
      for (Document document : views(model).search(Search.all(space), 0, ALL).documents()) {
        same(
            "all tasks of " + document,
            store -> unplaced(views(store).tasksOf(space, document.id(), 0, ALL)));
      }
    }
    for (Assignment one : assigned) {
      same(
          "all results of " + one.id(),
          store -> results(views(store).resultsOf(one.space(), one.id(), true, 0, ALL)));
      same("view of " + one.id(), store -> store.views().find(one.task().task().id()));
      same("tombstone of " + one.id(), store -> views(store).tombstone(one.space(), one.id()));
    }
  }

  private void same(String call, Function<StorePorts, ?> ask) {
    latest.add(steps + ": " + call);
    if (latest.size() > REMEMBERED) {
      latest.remove();
    }
    assertThat(answer(subject, ask)).as(this::circumstances).isEqualTo(answer(model, ask));
  }

  /** A defect of the caller is answered by some exception, whichever. */
  private static Object answer(StorePorts store, Function<StorePorts, ?> ask) {
    try {
      return ask.apply(store);
    } catch (RuntimeException refused) {
      return "refused";
    }
  }

  private String circumstances() {
    return "seed %d, the last of these calls:%n%s".formatted(seed, String.join("\n", latest));
  }
}
