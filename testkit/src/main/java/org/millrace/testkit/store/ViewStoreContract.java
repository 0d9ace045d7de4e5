package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.Fixtures.executorFailed;
import static org.millrace.testkit.Fixtures.threeTimes;
import static org.millrace.testkit.store.Asking.forAll;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;
import org.millrace.engine.views.ViewStore.HistoryQuery;
import org.millrace.engine.views.ViewStore.LaneLoad;

/** What {@link ViewStore} promises. */
public abstract class ViewStoreContract extends StoreContract {

  // One task

  @Test
  void a_glance_tells_owner_state_and_start() {
    Task running = north.running(aTask().of("ada"));

    assertThat(store.views().glance(running.id()))
        .hasValue(
            new TaskGlance(
                running.id(),
                new Owner("ada"),
                TaskState.RUNNING,
                TaskState.RUNNING,
                running.startedAt()));
    assertThat(running.startedAt()).isPresent();
  }

  @Test
  void a_task_being_cancelled_shows_the_state_it_was_cancelled_in() {
    Task preparing = north.preparing(aTask());
    north.apply(preparing, new TaskEvent.CancelRequested("ada", at(1)));

    assertThat(store.views().glance(preparing.id()))
        .hasValue(
            new TaskGlance(
                preparing.id(),
                Owner.ANONYMOUS,
                TaskState.CANCELING,
                TaskState.INITIALIZING,
                Optional.empty()));
  }

  @Test
  void what_is_not_there_is_not_found() {
    north.submit(aTask("one"));

    assertThat(store.views().glance(new TaskId("ONE"))).isEmpty();
    assertThat(store.views().glance(new TaskId("on"))).isEmpty();
    assertThat(store.views().find(new TaskId("ONE"))).isEmpty();
    assertThat(store.views().find(new TaskId("o_e"))).isEmpty();
  }

  @Test
  void a_task_is_found_with_its_attempts_from_the_first_to_the_latest() {
    Task retried = north.ended(aTask().retried(threeTimes()), executorFailed());
    Task again =
        north.end(
            north.begin(north.claimAll(LANE, retried.dueAt()).getFirst().task()),
            executorFailed(),
            at(60));
    Task third = north.begin(north.claimAll(LANE, again.dueAt()).getFirst().task());

    TaskView view = view(third.id());
    assertThat(view.task()).isEqualTo(third);
    assertThat(view.spec()).isEqualTo(aTask().retried(threeTimes()).spec());
    assertThat(view.attempts()).extracting(attempt -> attempt.number()).containsExactly(1, 2, 3);
  }

  // Lists

  @Test
  void an_empty_store_has_an_empty_page() {
    assertThat(list(forAll().onPagesOf(5)))
        .isEqualTo(new Page(List.of(), List.of(), Optional.empty()));
  }

  @Test
  void tasks_are_listed_oldest_first() {
    north.submit(aTask("c"), aTask("a"), aTask("b").of("ada"));

    Page page = list(forAll().onPagesOf(5));

    assertThat(page.glances())
        .containsExactly(
            glance("c", Owner.ANONYMOUS),
            glance("a", Owner.ANONYMOUS),
            glance("b", new Owner("ada")));
    assertThat(page.tasks()).isEmpty();
    assertThat(page.next()).isEmpty();
  }

  @Test
  void a_full_list_has_each_task_as_it_is_found() {
    north.ended(aTask("a").named("first").tagged("k", "v"), completed());
    north.running(aTask("b"));
    north.submit(aTask("c"));

    Page page = list(forAll().onPagesOf(5).inFull());

    assertThat(page.tasks())
        .containsExactly(view(new TaskId("a")), view(new TaskId("b")), view(new TaskId("c")));
    assertThat(page.glances())
        .extracting(glance -> glance.id().text())
        .containsExactly("a", "b", "c");
  }

  @Test
  void full_pages_page_like_others() {
    submitNumbered(5);

    Page first = list(forAll().onPagesOf(2).inFull());
    Page second = list(forAll().onPagesOf(2).after(first).inFull());

    assertThat(first.tasks())
        .extracting(view -> view.task().id().text())
        .containsExactly("t0", "t1");
    assertThat(second.tasks())
        .extracting(view -> view.task().id().text())
        .containsExactly("t2", "t3");
  }

  @Test
  void pages_follow_each_other_without_gap_or_repetition() {
    submitNumbered(10);

    assertThat(walk(forAll().onPagesOf(3))).containsExactlyElementsOf(numbered(10));
    assertThat(walk(forAll().onPagesOf(1))).containsExactlyElementsOf(numbered(10));
    assertThat(walk(forAll().onPagesOf(10))).containsExactlyElementsOf(numbered(10));
    assertThat(walk(forAll().onPagesOf(1000))).containsExactlyElementsOf(numbered(10));
  }

  @Test
  void the_last_page_names_no_next_one_even_when_it_is_full() {
    submitNumbered(4);

    Page first = list(forAll().onPagesOf(2));
    Page last = list(forAll().onPagesOf(2).after(first));

    assertThat(first.next()).isPresent();
    assertThat(ids(last)).containsExactly("t2", "t3");
    assertThat(last.next()).isEmpty();
    assertThat(list(forAll().onPagesOf(4)).next()).isEmpty();
  }

  @Test
  void new_tasks_neither_shift_nor_repeat_what_is_on_later_pages() {
    submitNumbered(4);
    Page first = list(forAll().onPagesOf(2));

    north.submit(aTask("new"));
    Page second = list(forAll().onPagesOf(2).after(first));
    Page third = list(forAll().onPagesOf(2).after(second));

    assertThat(ids(second)).containsExactly("t2", "t3");
    assertThat(ids(third)).containsExactly("new");
  }

  @Test
  void changes_do_not_move_a_task_to_another_page() {
    submitNumbered(4);
    Page first = list(forAll().onPagesOf(2));

    north.claimAll(LANE, NOON).forEach(claimed -> north.begin(claimed.task()));

    assertThat(ids(list(forAll().onPagesOf(2).after(first)))).containsExactly("t2", "t3");
  }

  @Test
  void the_same_token_gives_the_same_page_again() {
    submitNumbered(5);
    Page first = list(forAll().onPagesOf(2));

    assertThat(list(forAll().onPagesOf(2).after(first)))
        .isEqualTo(list(forAll().onPagesOf(2).after(first)));
  }

  @Test
  void pages_may_differ_in_size() {
    submitNumbered(7);
    Page first = list(forAll().onPagesOf(2));

    assertThat(ids(list(forAll().onPagesOf(4).after(first))))
        .containsExactly("t2", "t3", "t4", "t5");
  }

  @Test
  void a_token_that_is_not_ours_is_refused_by_name() {
    submitNumbered(3);

    for (String token : List.of("", "not-ours", "%%%", "None", "\uD83D\uDE82", "a".repeat(5000))) {
      assertThatThrownBy(() -> list(forAll().from(token)))
          .as("token '%s'", token)
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal ->
                  assertThat(refusal.failure())
                      .isInstanceOfSatisfying(
                          Failure.Invalid.class,
                          invalid -> assertThat(invalid.field()).isEqualTo("page_token")));
    }
  }

  // Conditions

  @Test
  void only_the_owner_s_tasks_are_listed() {
    north.submit(aTask("a").of("ada"), aTask("b").of("bob"), aTask("c").of("ada"));

    assertThat(walk(forAll().of("ada"))).containsExactly("a", "c");
    assertThat(walk(forAll().of("ad"))).isEmpty();
    assertThat(walk(forAll().of("ADA"))).isEmpty();
  }

  @Test
  void only_tasks_that_came_through_the_face_are_listed() {
    north.submit(aTask("a").through("tes"), aTask("b").through("dane"));

    assertThat(walk(forAll().through("dane"))).containsExactly("b");
    assertThat(walk(forAll().through("pns"))).isEmpty();
  }

  @Test
  void a_state_selects_those_shown_in_it() {
    north.ended(aTask("complete"), completed());
    north.running(aTask("running"));
    Task canceling = north.running(aTask("canceling"));
    north.apply(canceling, new TaskEvent.CancelRequested("ada", at(1)));
    north.preparing(aTask("preparing"));
    north.claimed(aTask("claimed"));
    north.submit(aTask("queued"));

    assertThat(walk(forAll().shownAs(TaskState.COMPLETE))).containsExactly("complete");
    assertThat(walk(forAll().shownAs(TaskState.RUNNING))).containsExactly("running", "canceling");
    assertThat(walk(forAll().shownAs(TaskState.INITIALIZING))).containsExactly("preparing");
    assertThat(walk(forAll().shownAs(TaskState.QUEUED))).containsExactly("claimed", "queued");
    assertThat(walk(forAll().shownAs(TaskState.CANCELING))).isEmpty();
    assertThat(walk(forAll().shownAs(TaskState.SYSTEM_ERROR))).isEmpty();
  }

  @Test
  void a_tag_selects_by_its_presence() {
    north.submit(
        aTask("a").tagged("colour", "red"),
        aTask("b").tagged("size", "red"),
        aTask("c").tagged("colour", "").tagged("size", "1"),
        aTask("d"));

    assertThat(walk(forAll().tagged("colour"))).containsExactly("a", "c");
    assertThat(walk(forAll().tagged("Colour"))).isEmpty();
    assertThat(walk(forAll().tagged(""))).isEmpty();
  }

  @Test
  void a_tag_selects_by_its_exact_value() {
    north.submit(
        aTask("a").tagged("colour", "red"),
        aTask("b").tagged("colour", "Red"),
        aTask("c").tagged("colour", ""),
        aTask("d").tagged("colour", "redder"),
        aTask("e").tagged("size", "red"),
        aTask("f").tagged("colour", "red").tagged("size", "1"));

    assertThat(walk(forAll().tagged("colour", "red"))).containsExactly("a", "f");
    assertThat(walk(forAll().tagged("colour", ""))).containsExactly("c");
    assertThat(walk(forAll().tagged("colour", "re%"))).isEmpty();
  }

  @Test
  void all_tags_must_hold_together() {
    north.submit(
        aTask("a").tagged("colour", "red").tagged("size", "1"),
        aTask("b").tagged("colour", "red"),
        aTask("c").tagged("size", "1"),
        aTask("d").tagged("colour", "red").tagged("size", "2"));

    assertThat(walk(forAll().tagged("colour", "red").tagged("size"))).containsExactly("a", "d");
    assertThat(walk(forAll().tagged("colour", "red").tagged("size", "2"))).containsExactly("d");
    assertThat(walk(forAll().tagged("colour", "red").tagged("colour", "blue"))).isEmpty();
    assertThat(walk(forAll().tagged("colour", "red").tagged("colour", "red")))
        .containsExactly("a", "b", "d");
  }

  @Test
  void a_task_with_several_tags_is_listed_once() {
    north.submit(aTask("a").tagged("x", "1").tagged("y", "1").tagged("z", "1"));

    assertThat(walk(forAll().onPagesOf(5))).containsExactly("a");
    assertThat(walk(forAll().tagged("x").tagged("y"))).containsExactly("a");
  }

  @Test
  void a_name_prefix_is_literal_and_its_case_counts() {
    north.submit(
        aTask("a").named("align-1"),
        aTask("b").named("Align-2"),
        aTask("c").named("align"),
        aTask("d").named("realign"),
        aTask("e").named("a_ign%"),
        aTask("f").named("a.ign["),
        aTask("g"));

    assertThat(walk(forAll().named("align"))).containsExactlyInAnyOrder("a", "c");
    assertThat(walk(forAll().named("align-1"))).containsExactlyInAnyOrder("a");
    assertThat(walk(forAll().named("A"))).containsExactlyInAnyOrder("b");
    assertThat(walk(forAll().named("a_i"))).containsExactlyInAnyOrder("e");
    assertThat(walk(forAll().named("a%"))).isEmpty();
    assertThat(walk(forAll().named("a_ign%"))).containsExactlyInAnyOrder("e");
    assertThat(walk(forAll().named("a.ign["))).containsExactlyInAnyOrder("f");
    assertThat(walk(forAll().named("align-1-and-more"))).isEmpty();
  }

  @Test
  void a_name_prefix_pages_without_gap_or_repetition() {
    for (int i = 0; i < 9; i++) {
      north.submit(aTask("t" + i).named("n" + i % 3), aTask("other" + i).named("other"));
    }

    assertThat(walk(forAll().named("n").onPagesOf(2)))
        .containsExactlyInAnyOrderElementsOf(numbered(9));
    assertThat(walk(forAll().named("n1").onPagesOf(2))).containsExactlyInAnyOrder("t1", "t4", "t7");
  }

  @Test
  void a_name_prefix_of_odd_characters_is_found() {
    north.submit(
        aTask("a").named("caf\u00e9 noir"),
        aTask("b").named("cafe noir"),
        aTask("c").named("\uD83D\uDE82 train"),
        aTask("d").named("\uFFFF"));

    assertThat(walk(forAll().named("caf\u00e9"))).containsExactly("a");
    assertThat(walk(forAll().named("\uD83D\uDE82"))).containsExactly("c");
    assertThat(walk(forAll().named("\uFFFF"))).containsExactly("d");
  }

  @Test
  void all_conditions_hold_together() {
    north.running(aTask("a").of("ada").named("n1").tagged("k", "v"));
    north.running(aTask("b").of("bob").named("n1").tagged("k", "v"));
    north.running(aTask("c").of("ada").named("x1").tagged("k", "v"));
    north.running(aTask("d").of("ada").named("n1").tagged("k", "w"));
    north.running(aTask("e").of("ada").named("n1").tagged("k", "v").through("dane"));
    north.submit(aTask("f").of("ada").named("n1").tagged("k", "v"));
    north.running(aTask("g").of("ada").inLane("other").named("n2").tagged("k", "v"));

    assertThat(
            walk(
                forAll()
                    .of("ada")
                    .through("tes")
                    .named("n")
                    .shownAs(TaskState.RUNNING)
                    .tagged("k", "v")
                    .onPagesOf(1)))
        .containsExactlyInAnyOrder("a", "g");
  }

  @Test
  void rare_matches_among_many_are_found_page_by_page() {
    for (int i = 0; i < 200; i++) {
      north.submit(i % 50 == 7 ? aTask("t" + i).tagged("rare", "yes") : aTask("t" + i));
    }

    assertThat(walk(forAll().tagged("rare", "yes").onPagesOf(2)))
        .containsExactly("t7", "t57", "t107", "t157");
  }

  @Test
  void a_list_read_while_tasks_arrive_has_each_once_and_all_that_were_there() throws Exception {
    submitNumbered(60);
    List<Callable<List<String>>> together = new ArrayList<>();
    together.add(() -> walk(forAll().onPagesOf(3)));
    together.add(() -> walk(forAll().onPagesOf(7)));
    for (int i = 0; i < 8; i++) {
      String writer = "new-" + i + "-";
      together.add(() -> {
        IntStream.range(0, 10).forEach(number -> north.submit(aTask(writer + number)));
        return List.of();
      });
    }

    for (List<String> read : AtOnce.run(together).subList(0, 2)) {
      assertThat(read).doesNotHaveDuplicates().startsWith(numbered(60).toArray(String[]::new));
    }
  }

  @Test
  void an_interrupted_caller_is_served_and_stays_interrupted() {
    submitNumbered(2);

    assertThat(interrupted(() -> store.views().glance(new TaskId("t0")))).isPresent();
    assertThat(interrupted(() -> store.views().find(new TaskId("t0")))).isPresent();
    assertThat(ids(interrupted(() -> list(forAll())))).containsExactly("t0", "t1");
    assertThat(interrupted(() -> after(0, 9))).hasSize(2);
    assertThat(interrupted(() -> store.views().load(LANE, 9))).isEqualTo(new LaneLoad(2, 0));
    assertThat(interrupted(() -> ahead("t1"))).isEqualTo(1);
  }

  // History

  @Test
  void history_is_told_in_order_and_only_after_the_cursor() {
    north.running(aTask("a"));
    north.submit(aTask("b"));

    List<HistoryEvent> all = history();
    assertThat(all)
        .extracting(HistoryEvent::kind)
        .containsExactly(Kind.SUBMITTED, Kind.ATTEMPT_BEGUN, Kind.STARTED, Kind.SUBMITTED);
    assertThat(all).extracting(HistoryEvent::sequence).isSorted().doesNotHaveDuplicates();
    assertThat(all.getFirst().sequence()).isPositive();
    assertThat(after(all.get(1).sequence(), 10)).isEqualTo(all.subList(2, 4));
    assertThat(after(all.getLast().sequence(), 10)).isEmpty();
  }

  @Test
  void no_more_history_is_told_than_was_asked_for() {
    north.running(aTask("a"));

    assertThat(after(0, 2)).isEqualTo(history().subList(0, 2));
  }

  @Test
  void history_may_be_of_one_task_or_one_owner() {
    north.running(aTask("a").of("ada"));
    north.running(aTask("b").of("bob"));
    north.submit(aTask("c").of("ada"));

    assertThat(history(new TaskId("a")))
        .extracting(event -> event.task().text())
        .containsExactly("a", "a", "a");
    assertThat(historyOf("ada"))
        .extracting(event -> event.task().text())
        .containsExactly("a", "a", "a", "c");
    assertThat(
            store
                .views()
                .history(
                    new HistoryQuery(
                        0, Optional.of(new TaskId("a")), Optional.of(new Owner("bob")), 10)))
        .isEmpty();
  }

  @Test
  void a_cursor_works_for_one_task_s_history_too() {
    north.running(aTask("a"));
    north.running(aTask("b"));
    List<HistoryEvent> ofB = history(new TaskId("b"));

    assertThat(
            store
                .views()
                .history(
                    new HistoryQuery(
                        ofB.getFirst().sequence(),
                        Optional.of(new TaskId("b")),
                        Optional.empty(),
                        1)))
        .containsExactly(ofB.get(1));
  }

  @Test
  void the_newest_event_is_the_cursor_to_go_on_from() {
    assertThat(store.views().newestEvent()).isZero();

    north.submit(aTask("a"));
    long cursor = store.views().newestEvent();
    assertThat(cursor).isEqualTo(history().getLast().sequence());

    north.submit(aTask("b"));
    assertThat(after(cursor, 10)).extracting(event -> event.task().text()).containsExactly("b");
  }

  @Test
  void whoever_follows_history_misses_no_line_however_many_write_at_once() throws Exception {
    int writers = 8;
    int each = 25;
    List<Callable<List<String>>> together = new ArrayList<>();
    var written = new Semaphore(0);
    together.add(() -> follow(writers * each, written));
    for (int i = 0; i < writers; i++) {
      String writer = "w" + i + "-";
      together.add(() -> {
        for (int number = 0; number < each; number++) {
          north.submit(aTask(writer + number));
          written.release();
        }
        return List.of();
      });
    }

    List<String> followed = AtOnce.run(together).getFirst();

    assertThat(followed)
        .containsExactlyElementsOf(history().stream().map(event -> event.task().text()).toList());
  }

  // Counts

  @Test
  void a_lane_is_loaded_by_what_waits_and_what_is_in_flight() {
    north.running(aTask("held"));
    south.handedOver(aTask("handed-over"), at(60));
    north.claimed(aTask("claimed"));
    north.ended(aTask("ended"), completed());
    north.running(aTask("elsewhere").inLane("other"));
    north.submit(aTask("ready"), aTask("due-later").dueAt(at(60)));

    assertThat(store.views().load(LANE, 10)).isEqualTo(new LaneLoad(2, 3));
    assertThat(store.views().load(new Lane("other"), 10)).isEqualTo(new LaneLoad(0, 1));
    assertThat(store.views().load(new Lane("nothing"), 10)).isEqualTo(new LaneLoad(0, 0));
  }

  @Test
  void a_load_is_counted_no_further_than_asked_for() {
    for (int i = 0; i < 5; i++) {
      north.running(aTask("running-" + i));
    }
    submitNumbered(5);

    assertThat(store.views().load(LANE, 3)).isEqualTo(new LaneLoad(3, 3));
  }

  @Test
  void unfinished_tasks_are_counted_by_state() {
    north.running(aTask("a"));
    Task canceling = north.running(aTask("b"));
    north.apply(canceling, new TaskEvent.CancelRequested("ada", at(1)));
    north.ended(aTask("c"), completed());
    north.running(aTask("d").inLane("other"));
    north.submit(aTask("e"));

    Map<TaskState, Long> counts = store.views().unfinished();

    assertThat(counts)
        .containsEntry(TaskState.RUNNING, 2L)
        .containsEntry(TaskState.CANCELING, 1L)
        .containsEntry(TaskState.QUEUED, 1L);
    assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(4);
  }

  @Test
  void those_ahead_are_the_owner_s_own_that_go_first_in_the_lane() {
    north.claimed(aTask("gone").of("ada"));
    north.submit(
        aTask("a").of("ada"),
        aTask("b").of("bob"),
        aTask("c").of("ada").withPriority(9),
        aTask("d").of("ada").inLane("other"),
        aTask("e").of("ada"));

    assertThat(ahead("c")).isZero();
    assertThat(ahead("a")).isEqualTo(1);
    assertThat(ahead("e")).isEqualTo(2);
    assertThat(ahead("b")).isZero();
    assertThat(ahead("d")).isZero();
    assertThat(store.views().ahead(new TaskId("e"), 1)).isEqualTo(1);
  }

  @Test
  void nobody_is_ahead_of_what_does_not_wait() {
    north.submit(aTask("first"));
    north.claimAll(LANE, NOON);
    Task running = north.running(aTask("running"));
    north.ended(aTask("ended"), completed());
    north.submit(aTask("waiting").withPriority(10));

    assertThat(ahead("first")).isZero();
    assertThat(ahead(running.id().text())).isZero();
    assertThat(ahead("ended")).isZero();
    assertThat(ahead("nobody")).isZero();
  }

  private Page list(Asking asking) {
    return store.views().list(asking.query());
  }

  private int ahead(String id) {
    return store.views().ahead(new TaskId(id), 100);
  }

  private void submitNumbered(int count) {
    numbered(count).forEach(id -> north.submit(aTask(id)));
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(number -> "t" + number).toList();
  }

  private List<HistoryEvent> after(long cursor, int most) {
    return store
        .views()
        .history(new HistoryQuery(cursor, Optional.empty(), Optional.empty(), most));
  }

  /** Reads on from its cursor whenever a line was written, so many times. */
  private List<String> follow(int lines, Semaphore written) throws InterruptedException {
    var seen = new ArrayList<String>();
    long cursor = 0;
    for (int line = 0; line < lines; line++) {
      assertThat(written.tryAcquire(60, TimeUnit.SECONDS)).as("line %s was written", line).isTrue();
      for (HistoryEvent event : after(cursor, 10)) {
        seen.add(event.task().text());
        cursor = event.sequence();
      }
    }
    return seen;
  }

  private List<HistoryEvent> historyOf(String owner) {
    return store
        .views()
        .history(new HistoryQuery(0, Optional.empty(), Optional.of(new Owner(owner)), 100));
  }

  /**
   * Ids on all pages, in order. Sees to it that no page is longer than asked for and that there is
   * a last one.
   */
  private List<String> walk(Asking asking) {
    var ids = new ArrayList<String>();
    Page page = list(asking);
    for (int pages = 1; ; pages++) {
      assertThat(page.glances()).hasSizeLessThanOrEqualTo(asking.query().size());
      ids.addAll(ids(page));
      if (page.next().isEmpty()) {
        return ids;
      }
      assertThat(pages).as("pages of a list that ends").isLessThan(1000);
      page = list(asking.after(page));
    }
  }

  private static List<String> ids(Page page) {
    return page.glances().stream().map(glance -> glance.id().text()).toList();
  }

  private static TaskGlance glance(String id, Owner owner) {
    return new TaskGlance(
        new TaskId(id), owner, TaskState.QUEUED, TaskState.QUEUED, Optional.empty());
  }
}
