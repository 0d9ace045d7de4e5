package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class MainTest {
  private static final String[] ALL = {
    "serve", "run", "demo", "bench", "config", "submit", "get", "list", "watch", "logs", "cancel",
    "explain", "graph", "worker"
  };

  @ParameterizedTest
  @ValueSource(strings = {"--help", "help"})
  void help_tells_every_command(String help) {
    assertThat(said(help)).contains(ALL);
  }

  @Test
  void help_knows_each_command() {
    for (String command : ALL) {
      assertThat(said("help", command)).contains("Usage: millrace " + command + " ");
      assertThat(said(command, "--help")).contains("Usage: millrace " + command + " ");
    }
  }

  @Test
  void a_command_is_read_without_the_others() {
    assertThat(Main.commandLine("serve").getSubcommands()).containsOnlyKeys("help", "serve");
    assertThat(Main.commandLine("serv").getSubcommands()).containsKeys(ALL);
  }

  private static String said(String... arguments) {
    CommandLine line = Main.commandLine(arguments);
    var out = new StringWriter();
    line.setOut(new PrintWriter(out));

    assertThat(line.execute(arguments)).isZero();
    return out.toString();
  }
}
