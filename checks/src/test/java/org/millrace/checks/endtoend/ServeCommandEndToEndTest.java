package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code millrace serve} says when it cannot. */
final class ServeCommandEndToEndTest {
  @Test
  void a_port_of_the_broker_that_is_taken_ends_the_start_with_one_line() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var folder = DataFolder.create()) {
      Path said = folder.path().resolve("said");
      List<String> command =
          PackagedServer.command(
              "serve",
              "--port",
              "0",
              "--data",
              folder.path().resolve("data").toString(),
              "--set",
              "logging.level=error",
              "--set",
              "broker.kind=embedded",
              "--set",
              "broker.port=" + taken.getLocalPort());
      Process serve = new ProcessBuilder(command).redirectError(said.toFile()).start();

      assertThat(serve.waitFor(2, TimeUnit.MINUTES)).isTrue();

      assertThat(serve.exitValue()).as(Files.readString(said)).isEqualTo(69);
      assertThat(Files.readAllLines(said))
          .singleElement()
          .asString()
          .startsWith("millrace: the embedded broker cannot listen on 127.0.0.1:")
          .contains(String.valueOf(taken.getLocalPort()), "broker.port");
    }
  }
}
