package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.aSpec;
import static org.millrace.testkit.Fixtures.aTask;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.engine.views.TaskQuery.TagFilter;
import org.millrace.testkit.TaskFixture;

/** Texts that are hard to keep: beyond ASCII, with zeros, very long. */
final class TextsTest {
  @AutoClose private final SqliteStore store;

  TextsTest(@TempDir Path folder) {
    store = TestFolder.withTables(folder).open();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Grüße",
        "\uD83D\uDE00 smile",
        "zero\0inside",
        "\uDBFF\uDFFF",
        "'quoted\" \\",
        " "
      })
  void names_tags_and_owners_come_out_as_they_went_in_and_are_found(String text) {
    TaskFixture task = aTask().named(text).tagged("k" + text, "v" + text).of("o" + text);

    store.ports().intake().insert(task.newTask());

    assertThat(store.ports().views().find(task.id()).orElseThrow().spec()).isEqualTo(task.spec());
    assertThat(store.ports().views().find(task.id()).orElseThrow().task()).isEqualTo(task.task());
    assertThat(list(Optional.of(text), Optional.empty()).glances()).hasSize(1);
    assertThat(
            list(Optional.empty(), Optional.of(new TagFilter("k" + text, Optional.of("v" + text))))
                .glances())
        .hasSize(1);
    assertThat(list(Optional.of(text + "x"), Optional.empty()).glances()).isEmpty();
  }

  @Test
  void half_a_pair_is_no_text_and_becomes_a_question_mark() {
    store
        .ports()
        .intake()
        .insert(aTask().named("a\uD800").tagged("\uD800", "1").tagged("\uD801", "2").newTask());

    assertThat(store.ports().views().find(aTask().id()).orElseThrow().spec().name()).hasValue("a?");
  }

  @Test
  void a_page_in_full_ends_early_rather_than_hold_very_much() {
    String content = "x".repeat(6 << 20);
    for (String id : List.of("a", "b", "c", "d", "e", "f")) {
      store.ports().intake().insert(aTask(id).doing(withContent(content)).newTask());
    }

    var ids = new ArrayList<String>();
    var sizes = new ArrayList<Integer>();
    Optional<String> token = Optional.empty();
    do {
      Page page = store.ports().views().list(all(token));
      page.tasks().forEach(task -> ids.add(task.task().id().text()));
      sizes.add(page.tasks().size());
      token = page.next();
    } while (token.isPresent());

    assertThat(ids).containsExactly("a", "b", "c", "d", "e", "f");
    assertThat(sizes).containsExactly(3, 3);
  }

  private static ContainerWork withContent(String content) {
    return new ContainerWork(
        ((ContainerWork) aSpec().work()).executors(),
        List.of(
            new Input(
                Optional.empty(),
                Optional.empty(),
                new Input.Content(content),
                "/in",
                FileType.FILE,
                Optional.empty())),
        List.of(),
        List.of());
  }

  private static TaskQuery all(Optional<String> token) {
    return new TaskQuery(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        100,
        token,
        Detail.FULL);
  }

  private Page list(Optional<String> prefix, Optional<TagFilter> tag) {
    return store
        .ports()
        .views()
        .list(
            new TaskQuery(
                Optional.empty(),
                Optional.empty(),
                prefix,
                Optional.empty(),
                tag.stream().toList(),
                100,
                Optional.empty(),
                Detail.GLANCE));
  }
}
