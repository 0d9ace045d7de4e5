package org.millrace.testkit.documents;

import static org.millrace.testkit.DocumentFixture.FACE;
import static org.millrace.testkit.DocumentFixture.fields;
import static org.millrace.testkit.Fixtures.HERE;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aHandle;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.TaskSteps.leaseOf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.AssignmentRule;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.documents.Wanted;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.TaskSteps;

/** The use cases of documents on stores of the test, and the steps of a server beside them. */
final class Rig {
  private static final Lane DANE = new Lane("dane");

  final StorePorts stores;
  final VirtualThreads threads = new VirtualThreads();
  final News news = new News(threads.bell(), threads.bell(), threads.bell(), threads.bell());
  final Documents documents;
  private final TaskTransitions transitions;
  private final TaskSteps steps;
  private long second;

  Rig(StorePorts stores) {
    this(stores, WhenFull.WAIT);
  }

  /**
   * With lanes that have room for two.
   *
   * @param whenFull what more meet there
   */
  Rig(StorePorts stores, WhenFull whenFull) {
    this.stores = stores;
    steps = new TaskSteps(stores, NORTH);
    stores.heartbeats().announce(NORTH, at(1_000_000));
    transitions =
        new TaskTransitions(stores.transitions(), FACE, Announcer.NOBODY, new StopSigns(), news);
    var random = new Random(1);
    documents =
        Documents.wire(
            stores.documents(),
            stores.views(),
            new Documents.Face(FACE, new Worker(), Rig::named),
            spec -> spec,
            new Lanes(
                List.of(new LaneRule(DANE, 2, Counts.ALL, whenFull)),
                Map.of(WorkerWork.class, DANE)),
            new Runtimes(List.of()),
            transitions,
            news,
            new TimeOrderedIds(() -> at(second), random),
            () -> at(second),
            random);
  }

  Instant now() {
    return at(second);
  }

  /** Later, by a second. */
  void tick() {
    second++;
  }

  /** What no worker takes: a key that begins with a point. */
  private static final class Worker implements AssignmentRule {
    @Override
    public TaskSpec spec(Document document, Wanted wanted) {
      if (wanted.key().startsWith(".")) {
        throw Refusal.invalid("key", "begins with a point");
      }
      TaskSpec any = Fixtures.aSpec();
      return new TaskSpec(
          any.owner(),
          "dane",
          any.name(),
          any.description(),
          any.tags(),
          wanted.priority(),
          new WorkerWork(
              "dane",
              "Video." + wanted.key(),
              wanted.key(),
              document.id().text(),
              wanted.arguments()),
          any.resources(),
          new RetryPolicy(9, Duration.ofSeconds(1), Duration.ofMinutes(10), true),
          any.limits(),
          any.notes());
    }

    @Override
    public FaceState face() {
      return new FaceState(102, "Queued", fields());
    }
  }

  static Wanted wanted(String key) {
    return new Wanted(key, 3, fields("language", "nl"));
  }

  /** The face of tests tells what an attempt left; workers here leave a list of keys. */
  private static List<Wanted> named(FaceState face) {
    return face.also().values().get("left") instanceof Value.Items keys
        ? keys.values().stream()
            .map(key -> new Wanted(((Value.Text) key).text(), 7, fields()))
            .toList()
        : List.of();
  }

  AssignedTask task(TaskEntry entry) {
    return documents.views().task(entry.task()).orElseThrow();
  }

  Task stored(TaskEntry entry) {
    return stores.views().find(entry.task()).orElseThrow().task();
  }

  Task begin(TaskEntry entry) {
    tick();
    steps.claimAll(stored(entry).lane(), at(second));
    Task claimed = stored(entry);
    return apply(
        claimed,
        new TaskEvent.AttemptBegun(
            leaseOf(claimed), aHandle(claimed.id(), claimed.attempt() + 1, HERE), at(second)),
        AttemptNews.NONE);
  }

  Task end(Task begun, Outcome outcome) {
    return end(begun, outcome, AttemptNews.NONE);
  }

  /** It is put off, and these keys are named. */
  Task defer(Task begun, String... missing) {
    List<Value> keys = new ArrayList<>();
    for (String key : missing) {
      keys.add(new Value.Text(key));
    }
    return end(
        begun,
        new Outcome.Deferred(Fixtures.aCause("waits-for-others")),
        new AttemptNews.Known(AttemptReport.EMPTY.withValue(new Value.Items(keys))));
  }

  private Task end(Task begun, Outcome outcome, AttemptNews news) {
    tick();
    return apply(begun, new TaskEvent.Ended(leaseOf(begun), outcome, 0, at(second)), news);
  }

  Task apply(Task task, TaskEvent event, AttemptNews news) {
    return transitions.apply(task.id(), event, news).orElseThrow().task();
  }
}
