package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ShellTextTest {
  private static final String SIGNS = "a b'\"$`\\\n\t*?[]{}()<>|&;!#~=%-/\u00e9\ud83d\ude00";

  @Test
  void a_shell_reads_every_word_as_it_was() throws IOException {
    var random = new Random(11);
    List<String> words = new ArrayList<>(List.of("", "'", "''", "-n", "--"));
    for (int i = 0; i < 300; i++) {
      var word = new StringBuilder();
      for (int j = random.nextInt(12); j > 0; j--) {
        int sign = random.nextInt(SIGNS.codePointCount(0, SIGNS.length()));
        word.appendCodePoint(SIGNS.codePointAt(SIGNS.offsetByCodePoints(0, sign)));
      }
      words.add(word.toString());
    }

    Process shell =
        new ProcessBuilder("sh", "-c", "printf '%s\\0' " + ShellText.words(words)).start();
    String read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(read).isEqualTo(String.join("\0", words) + "\0");
  }

  @Test
  void refuses_what_no_word_can_hold() {
    assertThatIllegalArgumentException().isThrownBy(() -> ShellText.word("a\0b"));
  }
}
