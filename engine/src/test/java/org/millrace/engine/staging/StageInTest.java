package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ObjectAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Progress;

final class StageInTest {
  private static final String SHA_OF_HELLO =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  private static final String SHA_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir Path temp;
  private Path root;
  private TaskFolder folder;
  private final UrlSecrets secrets = new UrlSecrets(new byte[16]);
  private final FakeTransfer transfer = new FakeTransfer("http");
  private final StageIn stageIn = new StageIn(new Transfers(List.of(transfer)), secrets, 3);

  @BeforeEach
  void makes_the_folder() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    folder = new TaskFolder(root);
  }

  @Test
  void leaves_free_on_the_disk_what_is_to_be_left() throws Exception {
    Input input = content("/a", "x");
    long more = Long.MAX_VALUE;

    assertThatThrownBy(() ->
            new StageIn(new Transfers(List.of(transfer)), secrets, 3, more)
                .bringIn(List.of(input), folder, Progress.NONE))
        .asInstanceOf(type(AttemptFailed.class))
        .extracting(AttemptFailed::outcome)
        .isInstanceOfSatisfying(
            Outcome.InputFailed.class,
            failed -> {
              assertThat(failed.cause().code()).isEqualTo("disk-full");
              assertThat(failed.cause().help()).contains("runtimes.work-folder");
              assertThat(failed.passing()).isTrue();
            });
  }

  @Test
  void stores_inline_content_as_utf_8() throws Exception {
    List<StoredFile> stored = bringIn(content("/in/h\u00e9llo", "h\u00e9"), content("/empty", ""));

    assertThat(Files.readAllBytes(root.resolve("in/h\u00e9llo"))).containsExactly('h', 0xc3, 0xa9);
    assertThat(stored.get(0).size()).isEqualTo(3);
    assertThat(stored.get(0).url()).isEqualTo("inline");
    assertThat(stored.get(1))
        .isEqualTo(new StoredFile("inline", "/empty", 0, Optional.of(SHA_OF_NOTHING)));
  }

  @Test
  void fetches_a_file_with_its_sealed_credentials_and_shows_none() throws Exception {
    transfer.with("http://u:pw@h/x", "hello");

    List<StoredFile> stored = bringIn(file(secrets.seal("http://u:pw@h/x"), "/data/x"));

    assertThat(root.resolve("data/x")).hasContent("hello");
    assertThat(stored)
        .containsExactly(
            new StoredFile("http://u:***@h/x", "/data/x", 5, Optional.of(SHA_OF_HELLO)));
  }

  @Test
  void counts_only_the_try_that_went_through() throws Exception {
    transfer.with("http://h/x", "hello").broken = 2;

    assertThat(bringIn(file("http://h/x", "/x")))
        .containsExactly(new StoredFile("http://h/x", "/x", 5, Optional.of(SHA_OF_HELLO)));
    assertThat(root.resolve("x")).hasContent("hello");
  }

  @Test
  void puts_a_folders_content_directly_below_its_path() throws Exception {
    transfer.with("http://h/d/a", "1").with("http://h/d/b/c", "2");

    List<StoredFile> stored =
        bringIn(folder("http://h/d/", "/data/d"), folder("http://h/none/", "/data/empty"));

    assertThat(root.resolve("data/d/a")).hasContent("1");
    assertThat(root.resolve("data/d/b/c")).hasContent("2");
    assertThat(root.resolve("data/empty")).isEmptyDirectory();
    assertThat(stored).extracting(StoredFile::path).containsExactly("/data/d/a", "/data/d/b/c");
    assertThat(stored)
        .extracting(StoredFile::url)
        .containsExactly("http://h/d/a", "http://h/d/b/c");
  }

  @Test
  void a_failure_names_input_path_masked_url_and_reason() {
    assertThatFails(content("/ok", "fine"), file(secrets.seal("http://u:pw@h/no"), "/data/x"))
        .satisfies(failed -> {
          assertThat(failed.passing()).isFalse();
          assertThat(failed.cause().code()).isEqualTo("input-not-found");
          assertThat(failed.cause().message())
              .isEqualTo("inputs[1] /data/x from http://u:***@h/no: 404 Not Found");
          assertThat(failed.cause().help()).isEqualTo("look at the URL");
        });
  }

  @Test
  void a_path_that_cannot_be_written_is_said_to_be_so() throws Exception {
    assertThatFails(content("/a", "file"), content("/a/b", "below a file"))
        .satisfies(failed -> {
          assertThat(failed.cause().code()).isEqualTo("input-not-written");
          assertThat(failed.cause().byCaller()).isTrue();
          assertThat(failed.cause().message())
              .startsWith("inputs[1] /a/b (inline): ")
              .doesNotContain(root.toString());
        });
    transfer.with("http://h/x", "x");
    assertThatFails(content("/c", "file"), file("http://h/x", "/c/b"))
        .satisfies(failed -> assertThat(failed.cause().code()).isEqualTo("input-not-written"));
    assertThatFails(content("/d", "file"), folder("http://h/", "/d"))
        .satisfies(failed -> assertThat(failed.cause().code()).isEqualTo("input-not-written"));
  }

  @Test
  void a_folder_of_too_many_files_or_of_bad_names_is_refused() {
    for (int i = 0; i < 4; i++) {
      transfer.with("http://h/many/" + i, "x");
    }
    transfer.with("http://h/bad/../../x", "x");
    transfer.with("http://h/slash//x", "x");

    assertThatFails(folder("http://h/many/", "/m"))
        .satisfies(failed -> assertThat(failed.cause().message()).contains("more than 3 files"));
    assertThatFails(folder("http://h/bad/", "/m"))
        .satisfies(failed -> {
          assertThat(failed.cause().code()).isEqualTo("input-bad-name");
          assertThat(failed.cause().byCaller()).isTrue();
        });
    assertThatFails(folder("http://h/slash/", "/m"))
        .satisfies(failed -> assertThat(failed.cause().code()).isEqualTo("input-bad-name"));
    assertThat(root.resolve("m")).isEmptyDirectory();
  }

  @Test
  void what_no_transfer_speaks_or_no_key_opens_fails_for_good() {
    assertThatFails(file("gs://b/x", "/x"))
        .satisfies(failed ->
            assertThat(failed.cause().message()).contains("scheme 'gs' is not supported"));
    assertThatFails(file(new UrlSecrets(new byte[32]).seal("http://u:p@h/x"), "/x"))
        .satisfies(failed -> {
          assertThat(failed.cause().code()).isEqualTo("credentials-unreadable");
          assertThat(failed.passing()).isFalse();
        });
  }

  @Test
  void tells_progress_under_the_tasks_own_names() throws Exception {
    transfer.with("http://u:pw@h/x", "hello");
    var told = new ArrayList<String>();
    var progress =
        new Progress() {
          @Override
          public void file(String label, long expectedBytes) {
            told.add(label + " " + expectedBytes);
          }

          @Override
          public void moved(long bytes) {
            told.add("+" + bytes);
          }
        };

    stageIn.bringIn(List.of(content("/c", "abc"), file("http://u:pw@h/x", "/x")), folder, progress);

    assertThat(told).containsExactly("/c (inline) 3", "+3", "/x from http://u:***@h/x -1", "+5");
  }

  private List<StoredFile> bringIn(Input... inputs) throws AttemptFailed, InterruptedException {
    return stageIn.bringIn(List.of(inputs), folder, Progress.NONE);
  }

  private ObjectAssert<Outcome.InputFailed> assertThatFails(Input... inputs) {
    return assertThatThrownBy(() -> bringIn(inputs))
        .asInstanceOf(type(AttemptFailed.class))
        .extracting(AttemptFailed::outcome)
        .asInstanceOf(type(Outcome.InputFailed.class));
  }

  private static Input content(String path, String text) {
    return input(new Input.Content(text), path, FileType.FILE);
  }

  private static Input file(String url, String path) {
    return input(new Input.Location(url), path, FileType.FILE);
  }

  private static Input folder(String url, String path) {
    return input(new Input.Location(url), path, FileType.DIRECTORY);
  }

  private static Input input(Input.Source source, String path, FileType type) {
    return new Input(Optional.empty(), Optional.empty(), source, path, type, Optional.empty());
  }
}
