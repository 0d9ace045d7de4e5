package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the supervisor of runtime process kills, tried with a {@code kill} that only says so. */
final class SettleTest {
  @TempDir Path temp;

  @Test
  void the_session_that_the_supervisor_noted_is_ended() throws Exception {
    assertThat(killed("4711 815\n")).containsExactly("-9 -4711");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"child-pid\": 1\n",
        "",
        "\n",
        "-1 5\n",
        "1x 5\n",
        "$(kill 1) 5\n",
        "* 5\n",
        "4711;1 5\n"
      })
  void nothing_else_that_may_stand_there_is(String status) throws Exception {
    assertThat(killed(status)).isEmpty();
  }

  private List<String> killed(String status) throws IOException, InterruptedException {
    Path file = Files.writeString(temp.resolve("status.0"), status);
    Path log = Files.writeString(temp.resolve("log"), "");
    var command = new ProcessCommand(HostPrograms.USUAL, List.of(), TaskUser.serverUid());
    String script =
        "kill() { echo \"$@\" >>%s; }\n%ssettle %s ''\n"
            .formatted(
                ShellText.word(log.toString()), command.settle(), ShellText.word(file.toString()));
    int code = new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor();
    assertThat(code).isLessThanOrEqualTo(1);
    return Files.readAllLines(log);
  }
}
