package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaskFolderTest {
  @TempDir Path temp;
  private Path root;
  private TaskFolder folder;

  @BeforeEach
  void makes_the_tree() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    folder = new TaskFolder(root);
    Files.createDirectories(root.resolve("data/deep"));
    Files.createSymbolicLink(root.resolve("absolute"), Path.of("/data"));
    Files.createSymbolicLink(root.resolve("data/up"), Path.of("../../../.."));
    Files.createSymbolicLink(root.resolve("data/deep/beside"), Path.of("../x"));
    Files.createSymbolicLink(root.resolve("shadow"), Path.of("/etc/shadow"));
    Files.createSymbolicLink(root.resolve("round"), Path.of("/round"));
  }

  @AfterEach
  void removes_links() throws IOException {
    Links.removeBelow(temp);
  }

  @ParameterizedTest
  @CsvSource({
    "/, ''",
    "/x, x",
    "//x//y/, x/y",
    "/./x/../y, y",
    "/../../x, x",
    "relative, relative",
    "/absolute/x, data/x",
    "/data/up/x, x",
    "/data/deep/beside, data/x",
    "/absolute/deep/beside, data/x",
    "/shadow, etc/shadow",
    "/missing/../x, x",
  })
  void finds_places_as_a_task_would(String path, String place) throws IOException {
    assertThat(folder.place(path)).isEqualTo(place.isEmpty() ? root : root.resolve(place));
  }

  @Test
  void follows_40_links_and_no_more() throws IOException {
    for (int i = 1; i <= 41; i++) {
      Files.createSymbolicLink(
          root.resolve("link" + i), Path.of(i == 1 ? "/end" : "link" + (i - 1)));
    }
    assertThat(folder.place("/link40")).isEqualTo(root.resolve("end"));
    assertThatThrownBy(() -> folder.place("/link41")).isInstanceOf(FileSystemLoopException.class);
    assertThatThrownBy(() -> folder.place("/round")).isInstanceOf(FileSystemLoopException.class);
  }

  @Test
  void writes_files_with_the_folders_above_them() throws IOException {
    write("/a/b/c.txt", "one");
    write("/absolute/new/d.txt", "two");
    write("/shadow", "three");
    write("/shadow", "4");

    assertThat(root.resolve("a/b/c.txt")).hasContent("one");
    assertThat(root.resolve("data/new/d.txt")).hasContent("two");
    assertThat(root.resolve("etc/shadow")).hasContent("4");
  }

  @Test
  void makes_folders_once() throws IOException {
    assertThat(folder.makeFolder("/v/w/")).isEqualTo(root.resolve("v/w")).isDirectory();
    assertThat(folder.makeFolder("/v/w")).isDirectory();
  }

  @Test
  void writes_over_nothing_that_is_no_file() throws IOException {
    write("/file", "f");

    assertThatThrownBy(() -> folder.create("/data")).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> folder.create("/")).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> folder.create("/file/below"))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> folder.makeFolder("/file")).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> folder.create("/nul\0")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void lists_files_in_order_and_names_what_it_leaves_out() throws IOException {
    write("/out/b.txt", "b");
    write("/out/a/z.txt", "z");
    write("/out/a.txt", "a");
    write("/data/elsewhere.txt", "e");
    Files.createSymbolicLink(root.resolve("out/inside"), Path.of("../data/elsewhere.txt"));
    Files.createSymbolicLink(root.resolve("out/outside"), Path.of("/etc/shadow"));
    Files.createSymbolicLink(root.resolve("out/folder"), Path.of("/data"));
    Files.createSymbolicLink(root.resolve("out/loop"), Path.of("loop"));
    fifo(root.resolve("out/new\nline"));

    TaskFolder.Listing listing = folder.regularFiles("/out/", 10);

    assertThat(listing.files())
        .containsExactly(
            new TaskFolder.Found("a/z.txt", root.resolve("out/a/z.txt")),
            new TaskFolder.Found("a.txt", root.resolve("out/a.txt")),
            new TaskFolder.Found("b.txt", root.resolve("out/b.txt")),
            new TaskFolder.Found("inside", root.resolve("data/elsewhere.txt")));
    assertThat(listing.leftOut())
        .containsExactly(
            "/out/folder is a link to folder /data, which is not followed",
            "/out/loop is a link that leads in a circle",
            "/out/new?line is neither a file nor a folder",
            "/out/outside is a link to /etc/shadow, where the task has no file of its own");
  }

  @Test
  void a_listing_is_bounded_in_files_remarks_and_depth() throws IOException {
    for (int i = 0; i < 30; i++) {
      write("/many/" + i, "x");
      Files.createSymbolicLink(root.resolve("many/link" + i), Path.of("/nowhere"));
    }
    String deep = "/deep" + "/d".repeat(600);
    folder.makeFolder(deep);

    assertThat(folder.regularFiles("/many", 30).files()).hasSize(30);
    assertThat(folder.regularFiles("/many", 30).leftOut())
        .hasSize(21)
        .last()
        .isEqualTo("and 10 more");
    assertThatThrownBy(() -> folder.regularFiles("/many", 29))
        .hasMessage("/many: more than 29 files");
    assertThatThrownBy(() -> folder.regularFiles("/deep", 29))
        .hasMessageContaining("nested deeper than 512");
  }

  @Test
  void lists_only_folders_that_are_there() {
    assertThatThrownBy(() -> folder.regularFiles("/none", 1))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(
            () -> {
              write("/file", "f");
              folder.regularFiles("/file", 1);
            })
        .isInstanceOf(NotDirectoryException.class);
  }

  @Test
  void opens_nothing_but_regular_files_inside() throws IOException {
    Path outside = Files.writeString(temp.resolve("secret"), "s");
    Path pipe = root.resolve("pipe");
    fifo(pipe);

    for (Path place : List.of(outside, pipe, root, root.resolve("shadow"), root.resolve("none"))) {
      assertThatThrownBy(() -> folder.open(place)).isInstanceOf(NoSuchFileException.class);
    }
  }

  private void write(String path, String text) throws IOException {
    try (OutputStream out = folder.create(path)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void fifo(Path place) throws IOException {
    try {
      assertThat(new ProcessBuilder("mkfifo", place.toString()).start().waitFor()).isZero();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }
}
