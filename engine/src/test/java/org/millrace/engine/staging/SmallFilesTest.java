package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.task.SmallFile;
import org.millrace.domain.task.SmallFile.Form;
import org.millrace.domain.value.Value;

final class SmallFilesTest {
  @TempDir Path temp;
  private Path root;
  private TaskFolder folder;

  @BeforeEach
  void makes_the_folder() throws IOException {
    root = Files.createDirectories(temp.resolve("root"));
    folder = new TaskFolder(root);
  }

  @Test
  void a_task_that_declares_none_leaves_none() {
    assertThat(SmallFiles.read(Map.of(), folder).value()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "one, one",
    "'one\n', one",
    "'one\r\n', one",
    "'one\n\n', 'one\n'",
    "'\none', '\none'"
  })
  void one_line_end_at_the_end_is_not_of_the_text(String written, String read) throws IOException {
    Files.writeString(root.resolve("f"), written);

    assertRead(Form.TEXT, new Value.Text(read));
  }

  @Test
  void lines_are_a_list_without_empty_ones() throws IOException {
    Files.writeString(root.resolve("f"), "a\r\n\n b \nc");

    assertRead(
        Form.LINES,
        new Value.Items(List.of(new Value.Text("a"), new Value.Text(" b "), new Value.Text("c"))));
  }

  @Test
  void so_much_is_small_and_no_more() throws IOException {
    Files.writeString(root.resolve("f"), "x".repeat(SmallFiles.MOST));
    assertThat(read(Form.TEXT).notes()).isEmpty();

    Files.writeString(root.resolve("f"), "x".repeat(SmallFiles.MOST + 1));
    assertUnread("values.v: /f has more than 65536 bytes, and was not read");
  }

  @Test
  void what_cannot_be_read_is_told() throws IOException {
    assertUnread("values.v: /f was not there in the end");

    Files.write(root.resolve("f"), new byte[] {(byte) 0xff, 1});
    assertUnread("values.v: /f is no UTF-8, and was not read");

    Files.delete(root.resolve("f"));
    Files.createDirectory(root.resolve("f"));
    assertThat(read(Form.TEXT).notes()).singleElement().asString().startsWith("values.v: /f ");
  }

  @Test
  void a_link_out_of_the_task_is_not_followed() throws IOException {
    Files.writeString(temp.resolve("secret"), "secret");
    Files.createSymbolicLink(root.resolve("f"), temp.resolve("secret"));

    SmallFiles.Found found = read(Form.TEXT);

    assertThat(found.notes()).hasSize(1);
    assertThat(found.toString()).doesNotContain("secret\"").doesNotContain("text=secret");
  }

  private void assertRead(Form form, Value value) {
    SmallFiles.Found found = read(form);

    assertThat(found.notes()).isEmpty();
    assertThat(found.value())
        .contains(new Value.Fields(Map.of("files", new Value.Fields(Map.of("v", value)))));
  }

  private void assertUnread(String note) {
    SmallFiles.Found found = read(Form.TEXT);

    assertThat(found.notes()).containsExactly(note);
    assertThat(found.value())
        .contains(new Value.Fields(Map.of("files", new Value.Fields(Map.of()))));
  }

  private SmallFiles.Found read(Form form) {
    return SmallFiles.read(Map.of("v", new SmallFile("/f", form)), folder);
  }
}
