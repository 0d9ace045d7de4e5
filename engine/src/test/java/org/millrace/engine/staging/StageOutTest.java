package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.Progress;

final class StageOutTest {
  private static final String SHA_OF_HELLO =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir Path temp;
  private Path root;
  private TaskFolder folder;
  private final UrlSecrets secrets = new UrlSecrets(new byte[16]);
  private final FakeTransfer transfer = new FakeTransfer("http", "file", "");
  private final StageOut stageOut = new StageOut(new Transfers(List.of(transfer)), secrets, 3);

  @BeforeEach
  void makes_the_folder() throws IOException {
    root = temp.resolve("root");
    Files.createDirectories(root.resolve("out"));
    folder = new TaskFolder(root);
  }

  @AfterEach
  void removes_links() throws IOException {
    Links.removeBelow(temp);
  }

  @Test
  void stores_a_file_under_its_url_with_its_base_name() throws Exception {
    Files.writeString(root.resolve("out/x.txt"), "hello");

    StageOut.Stored stored = store(true, file("/out/x.txt", secrets.seal("http://u:pw@h/upload")));

    assertThat(transfer.stored).containsExactly(Map.entry("http://u:pw@h/upload", "hello"));
    assertThat(transfer.names).containsExactly("x.txt");
    assertThat(stored.files())
        .containsExactly(
            new StoredFile("http://u:***@h/upload", "/out/x.txt", 5, Optional.of(SHA_OF_HELLO)));
    assertThat(stored.problem()).isEmpty();
    assertThat(stored.notes()).isEmpty();
  }

  @Test
  void stores_a_folders_files_below_its_url() throws Exception {
    Files.createDirectories(root.resolve("out/d e"));
    Files.writeString(root.resolve("out/a"), "1");
    Files.writeString(root.resolve("out/d e/b%"), "2");

    assertThat(store(true, directory("/out", "file:///to/")).files())
        .extracting(StoredFile::url)
        .containsExactly("file:///to/a", "file:///to/d e/b%");
    assertThat(store(true, directory("/out/", "/to")).files())
        .extracting(StoredFile::path, StoredFile::url)
        .containsExactly(tuple("/out/a", "/to/a"), tuple("/out/d e/b%", "/to/d e/b%"));
  }

  @Test
  void posts_a_folders_files_to_one_url_under_relative_names() throws Exception {
    Files.createDirectories(root.resolve("out/sub"));
    Files.writeString(root.resolve("out/a"), "1");
    Files.writeString(root.resolve("out/sub/b"), "2");

    StageOut.Stored stored = store(true, directory("/out", "http://h/upload"));

    assertThat(stored.files()).extracting(StoredFile::url).containsOnly("http://h/upload");
    assertThat(stored.files()).extracting(StoredFile::path).containsExactly("/out/a", "/out/sub/b");
    assertThat(transfer.names).containsExactly("a", "sub/b");
  }

  @Test
  void an_output_missing_after_success_is_a_problem_and_keeps_no_other_back() throws Exception {
    Files.writeString(root.resolve("out/b"), "b");

    StageOut.Stored stored =
        store(true, file("/out/a", "/to/a"), file("/out/b", "/to/b"), directory("/no", "/to/no"));

    assertThat(stored.problem().map(Cause::code)).contains("output-missing");
    assertThat(stored.problem().map(Cause::message))
        .contains("outputs[0] /out/a was not there in the end");
    assertThat(stored.files()).extracting(StoredFile::path).containsExactly("/out/b");
    assertThat(stored.notes())
        .singleElement()
        .asString()
        .startsWith("outputs[2] /no was not there in the end");
  }

  @Test
  void an_output_missing_after_failure_is_a_remark() throws Exception {
    Files.writeString(root.resolve("out/b"), "b");

    StageOut.Stored stored = store(false, file("/out/a", "/to/a"), file("/out/b", "/to/b"));

    assertThat(stored.problem()).isEmpty();
    assertThat(stored.files()).extracting(StoredFile::path).containsExactly("/out/b");
    assertThat(stored.notes())
        .singleElement()
        .asString()
        .startsWith("outputs[0] /out/a was not there in the end");
  }

  @Test
  void what_is_not_as_declared_is_a_problem() throws Exception {
    Files.writeString(root.resolve("out/file"), "f");

    assertThat(problem(file("/out", "/to"))).isEqualTo("output-no-file, by caller");
    assertThat(problem(directory("/out/file", "/to"))).isEqualTo("output-no-folder, by caller");
    assertThat(problem(file("/out/file/x", "/to"))).isEqualTo("output-missing, by caller");
    assertThat(problem(file("/out/file", "gs://b"))).isEqualTo("scheme-unsupported, by caller");
    String foreign = new UrlSecrets(new byte[32]).seal("http://u:p@h/");
    assertThat(problem(file("/out/file", foreign))).isEqualTo("credentials-unreadable");
  }

  private String problem(Output output) throws Exception {
    Cause problem = store(true, output).problem().orElseThrow();
    return problem.code() + (problem.byCaller() ? ", by caller" : "");
  }

  @Test
  void a_receiver_that_refuses_is_a_problem_with_its_reason() throws Exception {
    Files.writeString(root.resolve("out/a"), "a");

    assertThat(store(true, file("/out/a", "http://u:pw@h/refuse")).problem())
        .contains(
            new Cause(
                "store-failed", "outputs[0] /out/a to http://u:***@h/refuse: 403 Forbidden", ""));
    assertThat(store(false, file("/out/a", "http://h/refuse")).problem()).isPresent();
  }

  @Test
  void links_out_are_named_and_not_followed() throws Exception {
    Path secret = Files.writeString(temp.resolve("secret"), "s");
    Files.createSymbolicLink(root.resolve("out/link"), secret);
    Files.createSymbolicLink(root.resolve("out/up"), Path.of("../../secret"));

    StageOut.Stored both = store(true, directory("/out", "/to"));
    StageOut.Stored one = store(true, file("/out/link", "/to/x"));

    assertThat(transfer.stored).isEmpty();
    assertThat(both.problem()).isEmpty();
    assertThat(both.notes())
        .contains("outputs[0] /out is empty: nothing stored")
        .anySatisfy(note -> assertThat(note).contains("/out/link is a link to " + secret))
        .anySatisfy(note -> assertThat(note).contains("/out/up is a link to ../../secret"));
    assertThat(one.problem().map(Cause::code)).contains("output-missing");
  }

  @Test
  void a_folder_of_too_many_files_is_a_problem() throws Exception {
    for (int i = 0; i < 4; i++) {
      Files.writeString(root.resolve("out/" + i), "x");
    }
    assertThat(store(true, directory("/out", "/to")).problem().map(Cause::message))
        .hasValueSatisfying(message -> assertThat(message).contains("more than 3 files"));
  }

  private StageOut.Stored store(boolean succeeded, Output... outputs) throws InterruptedException {
    return stageOut.storeAll(List.of(outputs), folder, succeeded, Progress.NONE);
  }

  private static Output file(String path, String url) {
    return new Output(
        Optional.empty(), Optional.empty(), url, path, Optional.empty(), FileType.FILE);
  }

  private static Output directory(String path, String url) {
    return new Output(
        Optional.empty(), Optional.empty(), url, path, Optional.empty(), FileType.DIRECTORY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /results/*.txt     | /results       | s3://b/run/  | a.txt=s3://b/run/a.txt b.txt=s3://b/run/b.txt
          /results/*.txt     | /results/      | s3://b/run   | a.txt=s3://b/run/a.txt b.txt=s3://b/run/b.txt
          /results//./*.txt  | //results/.    | s3://b/run   | a.txt=s3://b/run/a.txt b.txt=s3://b/run/b.txt
          /results/*.txt     | /              | s3://b/run   | a.txt=s3://b/run/results/a.txt b.txt=s3://b/run/results/b.txt
          /results/*.txt     | /elsewhere     | s3://b/run   | a.txt=s3://b/run/results/a.txt b.txt=s3://b/run/results/b.txt
          /results/?.txt     | /results       | s3://b/      | a.txt=s3://b/a.txt b.txt=s3://b/b.txt
          /results/[!a].txt  | /results       | s3://b/      | b.txt=s3://b/b.txt
          /results/a.t[x]t   | /results/a.txt | s3://b/      | a.txt=s3://b/a.txt
          /results/*/c       | /results       | s3://b/      | d/c=s3://b/d/c
          /results/d*        | /results       | s3://b/      | d/c=s3://b/d/c d/e/f=s3://b/d/e/f
          /results/d*        | /results/d     | s3://b/      | d/c=s3://b/c d/e/f=s3://b/e/f
          /*/d/e/f           | /results       | s3://b/      | d/e/f=s3://b/d/e/f
          /results/.command* | /results       | s3://b/      | .command.out=s3://b/.command.out
          /results/inside*   | /results       | s3://b/      | inside=s3://b/inside
          """)
  void wildcards_stand_for_what_matches_below_the_url_without_the_prefix(
      String path, String prefix, String url, String expected) throws Exception {
    aTreeOfResults();

    for (FileType type : FileType.values()) {
      transfer.stored.clear();
      StageOut.Stored stored =
          wildcards(
              20,
              new Output(Optional.empty(), Optional.empty(), url, path, Optional.of(prefix), type));

      assertThat(stored.problem()).isEmpty();
      assertThat(
              stored.files().stream()
                  .map(file -> file.path().substring("/results/".length()) + "=" + file.url()))
          .containsExactly(expected.split(" "));
    }
  }

  @Test
  void a_form_is_told_the_name_without_the_prefix() throws Exception {
    aTreeOfResults();

    wildcards(20, wildcard("/results/*/c", "http://h/upload"));

    assertThat(transfer.stored).containsOnlyKeys("http://h/upload");
    assertThat(transfer.names).containsExactly("d/c");
  }

  @Test
  void that_nothing_matches_is_a_remark() throws Exception {
    StageOut.Stored stored =
        wildcards(20, wildcard("/none/*.txt", "/to"), wildcard("/results/[x]", "/to"));

    assertThat(stored.files()).isEmpty();
    assertThat(stored.problem()).isEmpty();
    assertThat(stored.notes())
        .containsExactly(
            "outputs[0] /none/*.txt matches no file: nothing stored",
            "outputs[1] /results/[x] matches no file: nothing stored");
  }

  @Test
  void a_match_that_is_a_link_out_is_not_followed() throws Exception {
    aTreeOfResults();
    Path secret = Files.writeString(temp.resolve("secret"), "the server's");
    Files.createSymbolicLink(root.resolve("results/out.ln"), secret);
    Files.createSymbolicLink(root.resolve("results/up.ln"), Path.of("../../secret"));
    Files.createSymbolicLink(root.resolve("results/round.ln"), Path.of("round.ln"));
    Files.createSymbolicLink(root.resolve("results/over"), temp);

    StageOut.Stored stored =
        wildcards(20, wildcard("/results/*.ln", "/to"), wildcard("/results/over*/secret", "/to"));

    assertThat(stored.files()).isEmpty();
    assertThat(stored.problem()).isEmpty();
    assertThat(stored.notes()).hasSize(5);
  }

  @Test
  void more_matches_than_files_are_allowed_are_a_problem() throws Exception {
    aTreeOfResults();

    assertThat(wildcards(1, wildcard("/results/*.txt", "/to")).problem().map(Cause::code))
        .contains("output-unreadable");
    assertThat(wildcards(1, wildcard("/results/d*", "/to")).problem().map(Cause::code))
        .contains("output-unreadable");
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b/*.txt, /a/b",
    "/a/*/c.txt, /a",
    "/*, /",
    "/a/b[1]/c, /a",
    "/a/b[1/c, /a/b[1",
    "/a/b/c, /a/b",
    "/c, /"
  })
  void the_folder_of_an_output_is_known_before_it_is_written(String path, String expected) {
    assertThat(Wildcards.folderFor(wildcard(path, "/to"))).isEqualTo(expected);
  }

  @Test
  void without_a_prefix_a_path_is_what_it_says() throws Exception {
    Files.writeString(root.resolve("out/*.txt"), "hello");

    assertThat(store(true, file("/out/*.txt", "/to")).files()).hasSize(1);
    assertThat(Wildcards.folderFor(file("/out/*/x", "/to"))).isEqualTo("/out/*");
    assertThat(Wildcards.folderFor(directory("/out/*/", "/to"))).isEqualTo("/out/*");
  }

  private void aTreeOfResults() throws IOException {
    Files.createDirectories(root.resolve("results/d/e"));
    for (String name : List.of("a.txt", "b.txt", "d/c", "d/e/f", ".command.out", "x.txt.gz")) {
      Files.writeString(root.resolve("results/" + name), name);
    }
    Files.createSymbolicLink(root.resolve("results/inside"), Path.of("/results/a.txt"));
  }

  private static Output wildcard(String path, String url) {
    return new Output(
        Optional.empty(), Optional.empty(), url, path, Optional.of("/results"), FileType.FILE);
  }

  private StageOut.Stored wildcards(int most, Output... outputs) throws InterruptedException {
    var transfers = new Transfers(List.of(transfer, new FakeTransfer("s3")));
    return new StageOut(transfers, secrets, most)
        .storeAll(List.of(outputs), folder, true, Progress.NONE);
  }
}
