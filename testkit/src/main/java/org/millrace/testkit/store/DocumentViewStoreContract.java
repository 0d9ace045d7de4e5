package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.DocumentFixture.SPACE;
import static org.millrace.testkit.DocumentFixture.aDocument;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.Except;
import org.millrace.engine.documents.DocumentViewStore.Hits;
import org.millrace.engine.documents.DocumentViewStore.Latest;
import org.millrace.engine.documents.DocumentViewStore.Place;
import org.millrace.engine.documents.DocumentViewStore.Search;
import org.millrace.engine.documents.DocumentViewStore.StoredResult;
import org.millrace.engine.documents.DocumentViewStore.WithDocument;
import org.millrace.testkit.DocumentFixture;

/** What {@link DocumentViewStore} promises. */
public abstract class DocumentViewStoreContract extends DocumentContract {
  private static final DocumentFixture VIDEO = aDocument("VID0001");
  private static final Space OTHER = new Space("other");

  private DocumentViewStore views() {
    return documents().views();
  }

  // By key

  @Test
  void a_document_is_found_by_its_task() {
    Document document = VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");

    assertThat(views().documentOf(SPACE, entry.id())).hasValue(document);
    assertThat(views().documentOf(OTHER, entry.id())).isEmpty();
    assertThat(views().documentOf(SPACE, VIDEO.entry("OCR"))).isEmpty();
  }

  @Test
  void documents_are_found_by_name_in_the_order_asked_for() {
    Document video = VIDEO.register(store);
    Document other = aDocument("VID0002").register(store);
    DocumentId nobody = aDocument("nobody").id();

    assertThat(views().document(SPACE, video.id())).hasValue(video);
    assertThat(views().documents(SPACE, List.of(other.id(), nobody, video.id(), other.id())))
        .containsExactly(
            Optional.of(other), Optional.empty(), Optional.of(video), Optional.of(other));
    assertThat(views().documents(OTHER, List.of(video.id()))).containsExactly(Optional.empty());
    assertThat(views().documents(SPACE, List.of())).isEmpty();
  }

  @Test
  void a_task_is_found_by_either_name_and_shown_as_it_is() {
    Document document = VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    played(entry, completed(), 1);

    AssignedTask task = views().task(SPACE, entry.id()).orElseThrow();
    assertThat(task.state()).isEqualTo(TaskState.COMPLETE);
    assertThat(task.attempt()).isEqualTo(1);
    assertThat(views().task(entry.task())).hasValue(task);
    assertThat(views().entry(entry.task())).hasValue(new WithDocument(task.entry(), document));
    assertThat(views().latest(SPACE, entry.id())).hasValue(new Latest(entry.task(), 1));
    assertThat(views().task(OTHER, entry.id())).isEmpty();
    assertThat(views().latest(OTHER, entry.id())).isEmpty();
    assertThat(views().latest(SPACE, entry.task())).hasValue(new Latest(entry.task(), 1));
    assertThat(views().latest(OTHER, entry.task())).isEmpty();
    assertThat(views().entry(new TaskId("nobody"))).isEmpty();
    assertThat(views().task(new TaskId("nobody"))).isEmpty();
    north.submit(aTask("plain"));
    assertThat(views().task(new TaskId("plain"))).isEmpty();
    assertThat(views().entry(new TaskId("plain"))).isEmpty();
    assertThat(views().latest(SPACE, new TaskId("plain"))).isEmpty();
  }

  @Test
  void the_latest_attempt_is_none_before_the_first_and_after_its_task_was_deleted() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    assertThat(views().latest(SPACE, entry.id())).hasValue(new Latest(entry.task(), 0));

    documents().store().deleteTask(SPACE, entry.id(), at(1));

    assertThat(views().latest(SPACE, entry.id())).isEmpty();
    assertThat(views().entry(entry.task())).isEmpty();
  }

  // Search

  @Test
  void everything_is_found_by_target_then_creator() {
    register("b", "X");
    register("a", "Y");
    register("a", "X");
    register("\uD83D\uDE00", "X"); // comes after what follows, by code points
    register("\uFFFD", "X");
    VIDEO.in("other").register(store);

    assertThat(found("*", "*")).containsExactly("a/X", "a/Y", "b/X", "\uFFFD/X", "\uD83D\uDE00/X");
  }

  @Test
  void wildcards_stand_for_texts_and_characters_and_nothing_else_does() {
    for (String target :
        List.of(
            "VID1", "VID22", "vid1", "[x]", "a-b", "a_b", "a%b", "\\", "^", "\uD83D\uDE00", "")) {
      register(target, "X");
    }

    assertThat(found("VID*", "*")).containsExactly("VID1/X", "VID22/X");
    assertThat(found("VID?", "*")).containsExactly("VID1/X");
    assertThat(found("*1", "*")).containsExactly("VID1/X", "vid1/X");
    assertThat(found("*D*2*", "*")).containsExactly("VID22/X");
    assertThat(found("[x]", "*")).containsExactly("[x]/X");
    assertThat(found("[*", "*")).containsExactly("[x]/X");
    assertThat(found("*]", "*")).containsExactly("[x]/X");
    assertThat(found("[a-z]*", "*")).isEmpty();
    assertThat(found("a_b", "*")).containsExactly("a_b/X");
    assertThat(found("a%b", "*")).containsExactly("a%b/X");
    assertThat(found("\\*", "*")).containsExactly("\\/X");
    assertThat(found("^", "*")).containsExactly("^/X");
    assertThat(found("?", "*")).containsExactly("\\/X", "^/X", "\uD83D\uDE00/X");
    assertThat(found("", "*")).containsExactly("/X");
    assertThat(found("VID1", "*")).containsExactly("VID1/X");
    assertThat(found("VID\0", "*")).isEmpty();
    assertThat(found("\uD83D", "*")).isEmpty();
  }

  @Test
  void the_creator_is_looked_for_in_the_same_way() {
    register("a1", "ACME");
    register("a2", "ACME");
    register("b1", "ACME");
    register("a1", "Acme");
    register("a1", "ACME2");

    assertThat(found("*", "ACME")).containsExactly("a1/ACME", "a2/ACME", "b1/ACME");
    assertThat(found("a*", "ACME")).containsExactly("a1/ACME", "a2/ACME");
    assertThat(found("a1", "ACME")).containsExactly("a1/ACME");
    assertThat(found("a1", "ACME*")).containsExactly("a1/ACME", "a1/ACME2");
    assertThat(found("*", "?cme")).containsExactly("a1/Acme");
    assertThat(found("a?", "AC*")).containsExactly("a1/ACME", "a1/ACME2", "a2/ACME");
    assertThat(found("*", "")).isEmpty();
  }

  @Test
  void a_page_by_number_tells_how_many_there_are() {
    for (int i = 0; i < 7; i++) {
      register("v" + i, "X");
    }

    Hits page = views().search(new Search(SPACE, "v*", "*"), 4, 2);
    assertThat(page.total()).isEqualTo(7);
    assertThat(page.documents()).extracting(Document::targetId).containsExactly("v4", "v5");
    assertThat(views().search(new Search(SPACE, "*", "X"), 6, 5).documents()).hasSize(1);
    assertThat(views().search(new Search(SPACE, "*", "X"), 7, 5).documents()).isEmpty();
    assertThat(views().search(new Search(SPACE, "*", "X"), 7, 5).total()).isEqualTo(7);
  }

  @Test
  void a_walk_by_key_neither_repeats_nor_skips() {
    for (String target : List.of("a", "b", "ba", "bb", "c")) {
      register(target, "X");
      register(target, "Y");
    }

    assertThat(walk(new Search(SPACE, "*", "*")))
        .containsExactly("a/X", "a/Y", "b/X", "b/Y", "ba/X", "ba/Y", "bb/X", "bb/Y", "c/X", "c/Y");
    assertThat(walk(new Search(SPACE, "b*", "*")))
        .containsExactly("b/X", "b/Y", "ba/X", "ba/Y", "bb/X", "bb/Y");
    assertThat(walk(new Search(SPACE, "*", "Y")))
        .containsExactly("a/Y", "b/Y", "ba/Y", "bb/Y", "c/Y");
    assertThat(walk(new Search(SPACE, "b", "*"))).containsExactly("b/X", "b/Y");
  }

  @Test
  void a_walk_goes_on_after_a_document_that_is_before_gone_or_beyond() {
    register("b1", "X");
    register("b2", "X");
    var onlyB = new Search(SPACE, "b*", "*");

    assertThat(names(views().searchAfter(onlyB, Optional.of(aDocument("a").document()), 9)))
        .containsExactly("b1/X", "b2/X");
    assertThat(names(views().searchAfter(onlyB, Optional.of(aDocument("b10").document()), 9)))
        .containsExactly("b2/X");
    assertThat(views().searchAfter(onlyB, Optional.of(aDocument("c").document()), 9)).isEmpty();
    var onlyX = new Search(SPACE, "*", "X");
    assertThat(names(views().searchAfter(onlyX, Optional.of(aDocument("b1").document()), 9)))
        .as("after b1/ACME")
        .containsExactly("b1/X", "b2/X");
    assertThat(
            names(views().searchAfter(onlyX, Optional.of(aDocument("b1").of("Y").document()), 9)))
        .containsExactly("b2/X");
  }

  private List<String> walk(Search search) {
    var found = new ArrayList<Document>();
    List<Document> page = views().searchAfter(search, Optional.empty(), 3);
    while (!page.isEmpty()) {
      found.addAll(page);
      page = views().searchAfter(search, Optional.of(page.getLast()), 3);
    }
    return names(found);
  }

  @Test
  void documents_of_a_creator_are_those_of_exactly_this_one() {
    register("b", "A*");
    register("a", "A*");
    register("c", "A*");
    register("a", "AB");

    assertThat(names(views().documentsOf(SPACE, "A*", Optional.empty(), 2)))
        .containsExactly("a/A*", "b/A*");
    assertThat(names(views().documentsOf(SPACE, "A*", Optional.of("b"), 2)))
        .containsExactly("c/A*");
    assertThat(views().documentsOf(OTHER, "A*", Optional.empty(), 2)).isEmpty();
    assertThat(views().documentsOf(SPACE, "nobody", Optional.empty(), 2)).isEmpty();
  }

  private void register(String target, String creator) {
    aDocument(target).of(creator).register(store);
  }

  private List<String> found(String target, String creator) {
    Hits hits = views().search(new Search(SPACE, target, creator), 0, 100);
    assertThat(hits.total()).isEqualTo(hits.documents().size());
    assertThat(views().searchAfter(new Search(SPACE, target, creator), Optional.empty(), 100))
        .isEqualTo(hits.documents());
    return names(hits.documents());
  }

  private static List<String> names(List<Document> documents) {
    return documents.stream().map(one -> one.targetId() + "/" + one.creatorId()).toList();
  }

  // Tasks

  @Test
  void tasks_of_a_document_come_in_the_order_of_assignment() {
    VIDEO.register(store);
    aDocument("VID0002").register(store);
    VIDEO.assign(store, "C");
    aDocument("VID0002").assign(store, "C");
    VIDEO.assign(store, "A");
    VIDEO.assign(store, "B");

    List<AssignedTask> first = views().tasksOf(SPACE, VIDEO.id(), 0, 2);
    assertThat(keys(first)).containsExactly("C", "A");
    assertThat(keys(views().tasksOf(SPACE, VIDEO.id(), first.getLast().sequence(), 2)))
        .containsExactly("B");
    assertThat(views().tasksOf(OTHER, VIDEO.id(), 0, 10)).isEmpty();
    assertThat(views().tasksOf(SPACE, aDocument("VID0003").id(), 0, 10)).isEmpty();
  }

  @Test
  void tasks_of_a_creator_and_key_come_from_all_its_documents() {
    for (DocumentFixture document :
        List.of(VIDEO, aDocument("VID0002"), aDocument("VID0003").of("ACME2"))) {
      document.register(store);
      document.assign(store, "OCR");
      document.assign(store, "ASR");
    }

    List<AssignedTask> all = views().tasksOf(SPACE, "ACME", "ASR", 0, 10);
    assertThat(all)
        .extracting(task -> task.entry().document())
        .containsExactly(VIDEO.id(), aDocument("VID0002").id());
    assertThat(views().tasksOf(SPACE, "ACME", "ASR", all.getFirst().sequence(), 10))
        .containsExactly(all.getLast());
    assertThat(views().tasksOf(OTHER, "ACME", "ASR", 0, 10)).isEmpty();
  }

  @Test
  void tasks_are_found_by_key_and_number() {
    threeOfEachNumber();

    List<AssignedTask> first = views().numbered(SPACE, "ASR", 500, 0, 2);
    assertThat(targets(first)).containsExactly("d0", "d3");
    assertThat(targets(views().numbered(SPACE, "ASR", 500, first.getLast().sequence(), 2)))
        .containsExactly("d6");
    assertThat(views().numbered(SPACE, "OCR", 500, 0, 10)).isEmpty();
    assertThat(views().numbered(OTHER, "ASR", 500, 0, 10)).isEmpty();
  }

  @Test
  void tasks_that_show_none_of_some_numbers_come_by_number() {
    threeOfEachNumber();
    var except = new Except(SPACE, Optional.empty(), Set.of(200));

    List<AssignedTask> first = views().except(except, Optional.empty(), 2);
    assertThat(numbersAndTargets(first)).containsExactly("102 d2", "102 d5");
    List<AssignedTask> second = views().except(except, Optional.of(Place.of(first.getLast())), 3);
    assertThat(numbersAndTargets(second)).containsExactly("102 d8", "500 d0", "500 d3");
    assertThat(
            numbersAndTargets(views().except(except, Optional.of(Place.of(second.getLast())), 3)))
        .containsExactly("500 d6");
    assertThat(countExcept(except, 100)).isEqualTo(6);
    assertThat(countExcept(except, 4)).isEqualTo(4);
  }

  @Test
  void numbers_are_left_out_within_a_key_too() {
    threeOfEachNumber();
    VIDEO.register(store);
    VIDEO.assign(store, "OCR");
    var ofAsr = new Except(SPACE, Optional.of("ASR"), Set.of(102, 200));
    var ofOcr = new Except(SPACE, Optional.of("OCR"), Set.of(200));

    assertThat(numbersAndTargets(views().except(ofAsr, Optional.empty(), 10)))
        .containsExactly("500 d0", "500 d3", "500 d6");
    assertThat(countExcept(ofAsr, 10)).isEqualTo(3);
    assertThat(numbersAndTargets(views().except(ofOcr, Optional.empty(), 10)))
        .containsExactly("102 VID0001");
    assertThat(countExcept(new Except(OTHER, Optional.empty(), Set.of()), 10)).isZero();
    assertThat(countExcept(new Except(SPACE, Optional.empty(), Set.of()), 100)).isEqualTo(10);
  }

  @Test
  void which_tasks_show_none_of_some_numbers_is_told_in_their_order() {
    threeOfEachNumber();
    VIDEO.register(store);
    VIDEO.assign(store, "OCR");
    for (Optional<String> key : List.of(Optional.of("ASR"), Optional.<String>empty())) {
      var except = new Except(SPACE, key, Set.of(200));
      List<AssignedTask> all = views().except(except, Optional.empty(), 100);
      long[] sequences = all.stream().mapToLong(AssignedTask::sequence).toArray();

      assertThat(views().sequencesExcept(except, Integer.MAX_VALUE)).containsExactly(sequences);
      for (int most = 1; most < sequences.length; most++) {
        assertThat(views().sequencesExcept(except, most))
            .containsExactly(Arrays.copyOf(sequences, most));
      }
      assertThat(views().tasks(SPACE, sequences)).isEqualTo(all);
    }
    assertThat(views().sequencesExcept(new Except(OTHER, Optional.empty(), Set.of()), 9)).isEmpty();
  }

  @Test
  void more_tasks_than_any_page_has_are_told() {
    for (int i = 0; i < 70; i++) {
      DocumentFixture document = aDocument("d" + i);
      document.register(store);
      document.assign(store, "ASR");
    }
    var any = new Except(SPACE, Optional.empty(), Set.of());

    assertThat(views().sequencesExcept(any, 100)).hasSize(70).doesNotHaveDuplicates();
  }

  @Test
  void tasks_by_their_sequences_are_told_as_they_stand_then() {
    threeOfEachNumber();
    long[] failed =
        views().sequencesExcept(new Except(SPACE, Optional.empty(), Set.of(102, 200)), 9);
    documents().store().deleteTask(SPACE, aDocument("d0").entry("ASR"), at(2));
    again(entry(aDocument("d3").entry("ASR")), 2);

    assertThat(
            numbersAndTargets(views().tasks(SPACE, new long[] {failed[2], failed[1], failed[0]})))
        .containsExactly("500 d6", "201 d3");
    assertThat(views().tasks(OTHER, failed)).isEmpty();
    assertThat(views().tasks(SPACE, new long[0])).isEmpty();
  }

  @Test
  void a_task_is_kept_by_the_rule_by_which_it_is_listed() {
    threeOfEachNumber();
    VIDEO.register(store);
    VIDEO.assign(store, "OCR");
    var all = new Except(SPACE, Optional.empty(), Set.of());
    for (Except except :
        List.of(
            new Except(SPACE, Optional.of("ASR"), Set.of(102)),
            new Except(SPACE, Optional.empty(), Set.of(200, 500)),
            new Except(OTHER, Optional.empty(), Set.of()))) {
      assertThat(views().except(all, Optional.empty(), 100).stream().filter(except::keeps))
          .isEqualTo(views().except(except, Optional.empty(), 100));
    }
  }

  @Test
  void each_number_is_counted_up_to_so_many_together() {
    threeOfEachNumber();
    VIDEO.register(store);
    VIDEO.assign(store, "OCR");
    var any = new Except(SPACE, Optional.empty(), Set.of(200));
    var ofAsr = new Except(SPACE, Optional.of("ASR"), Set.of(200));

    assertThat(views().countsExcept(any, 100)).hasToString("{102=4, 500=3}");
    assertThat(views().countsExcept(ofAsr, 100)).hasToString("{102=3, 500=3}");
    assertThat(views().countsExcept(ofAsr, 5)).hasToString("{102=3, 500=2}");
    assertThat(views().countsExcept(ofAsr, 3)).hasToString("{102=3}");
    assertThat(views().countsExcept(new Except(OTHER, Optional.empty(), Set.of()), 9)).isEmpty();
  }

  @Test
  void what_comes_after_so_many_is_found_by_the_place_of_the_last_of_them() {
    threeOfEachNumber();
    for (Optional<String> key : List.of(Optional.of("ASR"), Optional.<String>empty())) {
      var except = new Except(SPACE, key, Set.of(200));
      List<AssignedTask> all = views().except(except, Optional.empty(), 100);
      for (int many = 1; many <= all.size(); many++) {
        Optional<Place> place = views().placeExcept(except, many);
        assertThat(place).contains(Place.of(all.get(many - 1)));
        assertThat(views().except(except, place, 100)).isEqualTo(all.subList(many, all.size()));
      }
      assertThat(views().placeExcept(except, all.size() + 1)).isEmpty();
    }
  }

  /** Documents d0 to d8 with a task for ASR: 500, 200, 102 and again. */
  private void threeOfEachNumber() {
    for (int i = 0; i < 9; i++) {
      DocumentFixture document = aDocument("d" + i);
      document.register(store);
      TaskEntry entry = document.assign(store, "ASR");
      switch (i % 3) {
        case 0 -> played(entry, new Outcome.WorkRefused(aCause("no")), 1);
        case 1 -> played(entry, completed(), 1);
        default -> begin(entry, 1);
      }
    }
  }

  private List<String> targets(List<AssignedTask> tasks) {
    return tasks.stream().map(this::target).toList();
  }

  private List<String> numbersAndTargets(List<AssignedTask> tasks) {
    return tasks.stream().map(task -> task.entry().face().number() + " " + target(task)).toList();
  }

  private String target(AssignedTask task) {
    return views().documentOf(SPACE, task.entry().id()).orElseThrow().targetId();
  }

  private static List<String> keys(List<AssignedTask> tasks) {
    return tasks.stream().map(task -> task.entry().key()).toList();
  }

  // Results

  @Test
  void results_come_in_the_order_of_saving_and_page_by_page() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    for (int i = 1; i <= 3; i++) {
      save(entry.id(), i, "w" + i);
    }

    List<StoredResult> first = views().resultsOf(SPACE, entry.id(), false, 0, 2);
    assertThat(ids(first)).containsExactly(1, 2);
    assertThat(ids(views().resultsOf(SPACE, entry.id(), true, first.getLast().sequence(), 2)))
        .containsExactly(3);
    assertThat(views().resultsOf(OTHER, entry.id(), true, 0, 2)).isEmpty();
  }

  @Test
  void results_of_a_creator_and_key_leave_out_what_was_overtaken() {
    VIDEO.register(store);
    DocumentFixture second = aDocument("VID0002");
    second.register(store);
    aDocument("VID0003").of("OTHER").register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    save(second.assign(store, "ASR").id(), 1, "one");
    save(second.assign(store, "OCR").id(), 2, "other key");
    save(aDocument("VID0003").of("OTHER").assign(store, "ASR").id(), 3, "other creator");
    save(entry.id(), 4, "overtaken");
    begin(entry, 1);
    save(entry.id(), 5, "five");
    end(stored(entry.task()), completed(), 2);

    List<StoredResult> all = views().resultsOf(SPACE, "ACME", "ASR", 0, 10);
    assertThat(ids(all)).containsExactly(1, 5);
    assertThat(ids(views().resultsOf(SPACE, "ACME", "ASR", all.getFirst().sequence(), 10)))
        .containsExactly(5);
    assertThat(views().resultsOf(OTHER, "ACME", "ASR", 0, 10)).isEmpty();
  }

  private static List<Integer> ids(List<StoredResult> results) {
    return results.stream()
        .map(result -> Integer.valueOf(result.result().id().text().substring(7)))
        .toList();
  }

  @Test
  void nothing_of_another_space_is_seen() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    save(entry.id(), 1, "found");
    documents().store().deleteTask(SPACE, VIDEO.assign(store, "OCR").id(), at(1));

    assertThat(views().document(OTHER, VIDEO.id())).isEmpty();
    assertThat(views().result(OTHER, resultId(1))).isEmpty();
    assertThat(views().tombstone(OTHER, VIDEO.entry("OCR"))).isEmpty();
    assertThat(views().search(Search.all(OTHER), 0, 10)).isEqualTo(new Hits(0, List.of()));
  }

  private int countExcept(Except except, int most) {
    return views().countsExcept(except, most).values().stream().mapToInt(Integer::intValue).sum();
  }
}
