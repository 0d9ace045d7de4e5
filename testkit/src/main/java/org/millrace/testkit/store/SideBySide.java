package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.SOUTH;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore.HistoryQuery;
import org.millrace.testkit.TaskSteps;

/**
 * Plays the same random calls on a store and on the model of it, and compares every answer. The
 * seed decides everything; time goes on from call to call by up to some seconds, in milliseconds.
 */
final class SideBySide {
  private static final int REMEMBERED = 25;
  private final StorePorts subject;
  private final StorePorts model;
  private final long seed;
  private final RandomCalls random;
  private final List<TaskId> tasks = new ArrayList<>();
  private final List<TwinDelivery> deliveries = new ArrayList<>();
  private final Deque<String> latest = new ArrayDeque<>();
  private Instant now = NOON;
  private int steps;

  SideBySide(StorePorts subject, StorePorts model, long seed) {
    this.subject = subject;
    this.model = model;
    this.seed = seed;
    random = new RandomCalls(seed);
  }

  /** Plays so many calls, then compares all that is stored. */
  void play(int calls) {
    for (ServerId server : List.of(NORTH, SOUTH)) {
      announce(server);
    }
    while (steps < calls) {
      steps++;
      now = now.plusMillis(random.upTo(3000));
      step();
    }
    compareEverything();
  }

  private void step() {
    switch (random.upTo(20)) {
      case 0, 1, 2 -> insert();
      case 3, 4, 5 -> claim();
      case 6 -> takeUp();
      case 7 -> takeUpAnswered();
      case 8, 9, 10, 11, 12 -> apply();
      case 13 -> note();
      case 14 -> heartbeat();
      case 15 -> due();
      case 16 -> deliver();
      case 17 -> list();
      case 18 -> count();
      default -> look();
    }
  }

  private void insert() {
    TaskId id = random.chance(3) ? random.oneOf(tasks).orElse(random.newId()) : random.newId();
    var task = random.task(id, now);
    same("insert " + task, store -> store.intake().insert(task));
    if (!tasks.contains(id)) {
      tasks.add(id);
    }
  }

  private void claim() {
    var rule = random.rule();
    var servedLast = random.maybeOwner();
    ServerId server = random.server();
    same("readyLanes", store -> store.claims().readyLanes(now));
    same(
        "claimReady " + rule + ", " + servedLast + ", " + server,
        store -> store.claims().claimReady(rule, servedLast, server, now));
  }

  private void takeUp() {
    var sites = random.sites();
    ServerId server = random.server();
    int most = 1 + random.upTo(5);
    same(
        "takeUp " + sites + ", " + server + ", " + most,
        store -> store.claims().takeUp(sites, server, now, most));
  }

  private void takeUpAnswered() {
    TaskId task = one(known -> known.handle().isPresent() && known.lease().isEmpty());
    int begun = stored(task).map(Task::attempt).orElse(1);
    int attempt = Math.max(0, random.chance(30) ? begun - 1 : begun);
    ServerId server = random.server();
    same(
        "takeUpAnswered " + task + ", " + attempt + ", " + server,
        store -> store.claims().takeUpAnswered(task, attempt, server, now));
  }

  private void apply() {
    TaskId task = one(known -> !known.state().isFinal());
    var event = random.event(stored(task), now);
    var news = random.news(now);
    var tell = random.drafts();
    same(
        "apply " + task + ", " + event + ", " + news + ", " + tell,
        store -> store.transitions().apply(task, TaskSteps.changeBy(event, news, _ -> tell)));
    same("find " + task, store -> store.views().find(task));
  }

  private void note() {
    TaskId task = one(known -> known.lease().isPresent());
    var lease = random.lease(stored(task));
    var report = random.report(now);
    same(
        "note " + task + ", " + lease + ", " + report,
        store -> store.transitions().note(task, lease, report));
  }

  private void heartbeat() {
    ServerId server = random.server();
    switch (random.upTo(8)) {
      case 0, 1 -> announce(server);
      case 2, 3 -> {
        Instant until = now.plusSeconds(random.upTo(200));
        same("renew " + server, store -> store.heartbeats().renew(server, until));
      }
      case 4 -> sameInAnyOrder("declareDead", store -> store.heartbeats().declareDead(now));
      case 5 ->
          done(
              "declareOthersDead " + server, store -> store.heartbeats().declareOthersDead(server));
      case 6 -> done("bury " + server, store -> store.heartbeats().bury(server));
      default ->
          sameInAnyOrder(
              "heldBy " + server, store -> store.heartbeats().heldBy(server, Integer.MAX_VALUE));
    }
  }

  private void announce(ServerId server) {
    Instant until = now.plusSeconds(100 + random.upTo(600));
    done("announce " + server, store -> store.heartbeats().announce(server, until));
  }

  private void due() {
    int most = 1 + random.upTo(5);
    same("waitedTooLong " + most, store -> store.due().waitedTooLong(now, most));
  }

  private void deliver() {
    int perTarget = 1 + random.upTo(3);
    int most = 1 + random.upTo(5);
    remember(
        subject.deliveries().due(now, perTarget, most),
        model.deliveries().due(now, perTarget, most),
        "due deliveries " + perTarget + " of " + most);
    same("how many given up", store -> store.deliveries().countGivenUp(most));
    random.oneOf(deliveries).ifPresent(this::answer);
  }

  private void answer(TwinDelivery twin) {
    String error = random.word();
    switch (random.upTo(4)) {
      case 0, 1 -> done("delivered " + twin, store -> store.deliveries().delivered(twin.in(store)));
      case 2 -> {
        Instant due = now.plusMillis(random.upTo(30_000));
        done(
            "postponed " + twin, store -> store.deliveries().postponed(twin.in(store), due, error));
      }
      default ->
          done("givenUp " + twin, store -> store.deliveries().givenUp(twin.in(store), error));
    }
  }

  private void list() {
    Asking asking = random.asking();
    Comparator<TaskView> byId = Comparator.comparing(view -> view.task().id());
    boolean anyOrder = asking.query().namePrefix().isPresent();
    same(
        "list " + asking,
        store -> {
          List<TaskView> found = walk(store, asking.inFull());
          return anyOrder ? found.stream().sorted(byId).toList() : found;
        });
  }

  /** All pages, one after the other; each glance agrees with the task it glances at. */
  private static List<TaskView> walk(StorePorts store, Asking asking) {
    Page page = store.views().list(asking.query());
    var found = new ArrayList<>(seen(page));
    while (page.next().isPresent()) {
      page = store.views().list(asking.after(page).query());
      found.addAll(seen(page));
    }
    return found;
  }

  private static List<TaskView> seen(Page page) {
    assertThat(page.glances())
        .isEqualTo(page.tasks().stream().map(TaskView::task).map(TaskGlance::of).toList());
    return page.tasks();
  }

  private void count() {
    int most = 1 + random.upTo(8);
    TaskId task = one(known -> known.state() == TaskState.QUEUED);
    var lane = random.lane();
    same("load " + lane + ", " + most, store -> store.views().load(lane, most));
    same("ahead " + task + ", " + most, store -> store.views().ahead(task, most));
    same("unfinished", SideBySide::unfinished);
  }

  private static Map<?, Long> unfinished(StorePorts store) {
    var counts = new TreeMap<>(store.views().unfinished());
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private void look() {
    TaskId task = one(_ -> true);
    same("glance " + task, store -> store.views().glance(task));
    same("standing " + task, store -> store.retention().standing(task));
    var owner = random.maybeOwner();
    Optional<TaskId> only = random.chance(50) ? Optional.of(task) : Optional.empty();
    int lines = (int) model.views().newestEvent();
    int skipped = random.upTo(lines + 1);
    int most = 1 + random.upTo(10);
    same(
        "history after " + skipped + " of " + only + ", " + owner + ", " + most,
        store ->
            withoutSequence(
                store
                    .views()
                    .history(new HistoryQuery(cursor(store, skipped), only, owner, most))));
  }

  /** Sequences are a store's own: what is the same is which line follows which. */
  private static long cursor(StorePorts store, int skipped) {
    return skipped == 0 ? 0 : history(store, skipped).getLast().sequence();
  }

  private static List<HistoryEvent> history(StorePorts store, int most) {
    return store.views().history(new HistoryQuery(0, Optional.empty(), Optional.empty(), most));
  }

  private static List<HistoryEvent> withoutSequence(List<HistoryEvent> events) {
    return events.stream()
        .map(event ->
            new HistoryEvent(
                0,
                event.task(),
                event.owner(),
                event.at(),
                event.kind(),
                event.state(),
                event.attempt(),
                event.detail()))
        .toList();
  }

  private void compareEverything() {
    same("all history", store -> withoutSequence(history(store, Integer.MAX_VALUE)));
    same("all tasks", store -> walk(store, Asking.forAll().onPagesOf(7).inFull()));
    same("all counts", SideBySide::unfinished);
    for (ServerId server : List.of(NORTH, SOUTH)) {
      sameInAnyOrder("held by " + server, store -> store.heartbeats().heldBy(server, 10_000));
    }
    Instant end = now.plusSeconds(1_000_000);
    same("all that waited", store -> store.due().waitedTooLong(end, 10_000));
    same("outbox", store -> withoutId(store.deliveries().due(end, 10_000, 10_000)));
    same("given up", store -> withoutId(store.views().undelivered(10_000)));
    same("how many given up are old", store -> store.retention().removeGivenUp(now, 3));
    same("given up of late", store -> withoutId(store.views().undelivered(10_000)));
    sameInAnyOrder("all dead", store -> store.heartbeats().declareDead(end));
  }

  private void remember(List<Delivery> ofSubject, List<Delivery> ofModel, String call) {
    agree(call, withoutId(ofSubject), withoutId(ofModel));
    for (int i = 0; i < ofModel.size(); i++) {
      deliveries.add(new TwinDelivery(model, ofSubject.get(i), ofModel.get(i)));
    }
  }

  /** The numbers of deliveries are a store's own. */
  private static List<Delivery> withoutId(List<Delivery> deliveries) {
    return deliveries.stream()
        .map(one -> new Delivery(0, one.draft(), one.tries(), one.dueAt(), one.lastError()))
        .toList();
  }

  /** Mostly such a task, sometimes any, now and then none that is stored. */
  private TaskId one(Predicate<Task> such) {
    if (random.chance(2)) {
      return new TaskId("nobody");
    }
    List<TaskId> choice =
        random.chance(15)
            ? tasks
            : tasks.stream().filter(id -> stored(id).filter(such).isPresent()).toList();
    return random.oneOf(choice).orElse(new TaskId("nobody"));
  }

  private Optional<Task> stored(TaskId id) {
    return model.views().find(id).map(TaskView::task);
  }

  private void done(String call, Consumer<StorePorts> ask) {
    same(
        call,
        store -> {
          ask.accept(store);
          return "done";
        });
  }

  private void sameInAnyOrder(String call, Function<StorePorts, ? extends List<?>> ask) {
    same(call, store -> ask.apply(store).stream().map(Object::toString).sorted().toList());
  }

  private void same(String call, Function<StorePorts, ?> ask) {
    agree(call, answer(subject, ask), answer(model, ask));
  }

  /** A defect of the caller is answered by some exception, whichever. */
  private static Object answer(StorePorts store, Function<StorePorts, ?> ask) {
    try {
      return ask.apply(store);
    } catch (RuntimeException refused) {
      return new Refused(refused);
    }
  }

  private void agree(String call, Object ofSubject, Object ofModel) {
    latest.add(steps + ": " + call);
    if (latest.size() > REMEMBERED) {
      latest.remove();
    }
    if (ofSubject instanceof Refused(RuntimeException cause) && !(ofModel instanceof Refused)) {
      throw new AssertionError(circumstances() + "\nThe last one failed.", cause);
    }
    assertThat(ofSubject).as(this::circumstances).isEqualTo(ofModel);
  }

  private String circumstances() {
    return "seed %d, the last of these calls:%n%s".formatted(seed, String.join("\n", latest));
  }

  /** The same delivery in both stores. */
  private record TwinDelivery(StorePorts model, Delivery ofSubject, Delivery ofModel) {

    Delivery in(StorePorts store) {
      return store.equals(model) ? ofModel : ofSubject;
    }

    @Override
    public String toString() {
      return ofModel.toString();
    }
  }

  /** Equal to any other refusal; keeps its own exception to be shown. */
  private record Refused(RuntimeException exception) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Refused;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }
}
