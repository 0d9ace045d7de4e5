package org.millrace.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.transfer.Roots.Place;

/** What happens between looking at a path and opening it. */
final class RootsTest {
  @TempDir Path dir;
  private Path root;
  private Path folder;
  private Path outside;
  private Roots roots;

  @BeforeEach
  void makeFolders() throws IOException {
    dir = dir.toRealPath();
    root = Files.createDirectories(dir.resolve("root"));
    folder = Files.createDirectories(root.resolve("folder"));
    outside = Files.createDirectories(dir.resolve("outside"));
    Files.writeString(folder.resolve("file"), "harmless");
    Files.writeString(outside.resolve("file"), "secret");
    roots = new Roots(List.of(root), List.of());
  }

  private void swapFolder() throws IOException {
    Files.move(folder, root.resolve("aside"));
    Files.createSymbolicLink(folder, outside);
  }

  private static String text(SecureDirectoryStream<Path> folder, Path name) {
    try (SeekableByteChannel file = Roots.openFile(folder, name);
        InputStream in = Channels.newInputStream(file)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private List<Path> outsiders() throws IOException {
    try (Stream<Path> files = Files.list(outside)) {
      return files.map(Path::getFileName).toList();
    }
  }

  @Test
  void a_place_has_no_links_in_it() throws Exception {
    Files.createSymbolicLink(root.resolve("link"), folder);
    Place place = roots.find(root.resolve("link/file")).orElseThrow();
    assertThat(place).isEqualTo(new Place(root, List.of(Path.of("folder"), Path.of("file"))));
    assertThat(place.path()).isEqualTo(folder.resolve("file"));
    assertThat(roots.find(root).orElseThrow().names()).isEmpty();
    assertThat(roots.find(root.resolve("a/b/c")).orElseThrow().path())
        .isEqualTo(root.resolve("a/b/c"));
    assertThat(roots.find(root.resolve("folder/file/c")).orElseThrow().path())
        .isEqualTo(folder.resolve("file/c"));
  }

  @Test
  void a_root_that_does_not_exist_allows_nothing() throws Exception {
    assertThat(new Roots(List.of(dir.resolve("none")), List.of()).find(dir.resolve("none/file")))
        .isEmpty();
  }

  @Test
  void a_folder_swapped_before_it_is_opened_is_not_opened() throws Exception {
    Place place = roots.find(folder.resolve("file")).orElseThrow();
    swapFolder();
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Roots.open(place.root(), place.parents()).close());
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Roots.openOrCreate(place.root(), place.parents()).close());
  }

  @Test
  void a_folder_swapped_after_it_was_opened_stays_what_it_was() throws Exception {
    Place place = roots.find(folder.resolve("file")).orElseThrow();
    try (SecureDirectoryStream<Path> opened = Roots.open(place.root(), place.parents())) {
      swapFolder();
      assertThat(text(opened, place.name())).isEqualTo("harmless");
      try (FileChannel made = Roots.createFile(opened, Path.of("new"))) {
        made.write(ByteBuffer.wrap("x".getBytes(UTF_8)));
      }
    }
    assertThat(root.resolve("aside/new")).hasContent("x");
    assertThat(outsiders()).containsExactly(Path.of("file"));
  }

  @Test
  void a_file_swapped_before_it_is_opened_is_not_opened() throws Exception {
    Place place = roots.find(folder.resolve("file")).orElseThrow();
    Files.delete(folder.resolve("file"));
    Files.createSymbolicLink(folder.resolve("file"), outside.resolve("file"));
    try (SecureDirectoryStream<Path> opened = Roots.open(place.root(), place.parents())) {
      assertThatExceptionOfType(FileSystemException.class)
          .isThrownBy(() -> Roots.openFile(opened, place.name()).close());
      assertThatExceptionOfType(FileSystemException.class)
          .isThrownBy(() -> Roots.createFile(opened, place.name()).close());
    }
    assertThat(outside.resolve("file")).hasContent("secret");
  }

  @Test
  void a_link_put_where_a_folder_is_to_be_made_is_not_followed() throws Exception {
    Place place = roots.find(root.resolve("new/deep/file")).orElseThrow();
    Files.createSymbolicLink(root.resolve("new"), outside);
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Roots.openOrCreate(place.root(), place.parents()).close());
    assertThat(outsiders()).containsExactly(Path.of("file"));
  }

  @Test
  void missing_folders_are_made_and_existing_ones_kept() throws Exception {
    List<Path> names = List.of(Path.of("folder"), Path.of("a"), Path.of("b"));
    Roots.openOrCreate(root, names).close();
    Roots.openOrCreate(root, names).close();
    assertThat(root.resolve("folder/a/b")).isEmptyDirectory();
    assertThat(folder.resolve("file")).hasContent("harmless");
  }
}
