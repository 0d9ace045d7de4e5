package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.millrace.runtimes.container.ContainerSettings.Pull;
import org.millrace.runtimes.container.ContainerSettings.RunAs;
import org.millrace.runtimes.container.ContainerSettings.Sharing;

class SettingsTest {
  private static final ServerUser ROOT = new ServerUser(0, 0);
  private static final ServerUser SOMEBODY = new ServerUser(1000, 100);

  @Test
  void addresses_are_sockets_or_ports() {
    assertThat(EngineAddress.USUAL.isLocal()).isTrue();
    assertThat(new EngineAddress("tcp://127.0.0.1:2375").isLocal()).isFalse();
    for (String bad :
        new String[] {"", "unix://", "unix://x", "ssh://a", "tcp://a", "tcp://:1", "a b"}) {
      assertThatThrownBy(() -> new EngineAddress(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("container.host");
    }
  }

  @Test
  void bad_values_are_refused_with_their_key() {
    assertThatThrownBy(() -> settings("host", RunAs.AUTO, Sharing.AUTO))
        .hasMessageContaining("container.network");
    assertThatThrownBy(() -> settings("container:x", RunAs.AUTO, Sharing.AUTO))
        .hasMessageContaining("container.network");
    assertThat(settings("labnet_1", RunAs.AUTO, Sharing.AUTO).network()).isEqualTo("labnet_1");
  }

  @Test
  void limits_have_limits() {
    assertThatThrownBy(() -> limited(" ", 1, 1, 1 << 30, 64, 0)).hasMessageContaining("site");
    assertThatThrownBy(() -> limited("s", 0, 1, 1 << 30, 64, 0))
        .hasMessageContaining("0, 1 and 64");
    assertThatThrownBy(() -> limited("s", 1, 0, 1 << 30, 64, 0)).hasMessageContaining("1 core");
    assertThatThrownBy(() -> limited("s", 1, 1, 1 << 30, 15, 0)).hasMessageContaining("processes");
    assertThatThrownBy(() -> limited("s", 1, 1, 1 << 20, 64, 0)).hasMessageContaining("16 MiB");
    assertThatThrownBy(() -> limited("s", 1, 1, 1 << 30, 64, -1)).hasMessageContaining("tail");
    assertThatThrownBy(() -> limited("s", 1, 1, 1 << 30, 64, 2 << 20)).hasMessageContaining("tail");
  }

  private static ContainerSettings limited(
      String site, int slots, int cores, long bytes, int processes, int tail) {
    return new ContainerSettings(
        EngineAddress.USUAL,
        site,
        Path.of("work"),
        slots,
        cores,
        bytes,
        processes,
        tail,
        1 << 20,
        "none",
        Pull.MISSING,
        RunAs.AUTO,
        Sharing.AUTO);
  }

  @Test
  void executors_are_the_images_user_only_where_a_root_server_can_clean_up_after_them() {
    assertThat(settings("none", RunAs.AUTO, Sharing.AUTO).userOf(ROOT)).isEmpty();
    assertThat(settings("none", RunAs.AUTO, Sharing.AUTO).userOf(SOMEBODY)).contains("1000:100");
    assertThat(settings("none", RunAs.IMAGE, Sharing.AUTO).userOf(SOMEBODY)).isEmpty();
    assertThat(settings("none", RunAs.SERVER, Sharing.AUTO).userOf(ROOT)).contains("0:0");
  }

  @Test
  void files_are_bound_where_the_engine_sees_them() {
    assertThat(settings("none", RunAs.AUTO, Sharing.AUTO).binds()).isTrue();
    assertThat(settings("none", RunAs.AUTO, Sharing.COPY).binds()).isFalse();
    assertThat(settings("none", RunAs.AUTO, Sharing.BIND).binds()).isTrue();
  }

  private static ContainerSettings settings(String network, RunAs user, Sharing files) {
    return new ContainerSettings(
        EngineAddress.USUAL,
        "site",
        Path.of("work"),
        1,
        1,
        16 << 20,
        16,
        0,
        1 << 20,
        network,
        Pull.MISSING,
        user,
        files);
  }

  @Test
  void references_are_told_from_other_text() {
    assertThat(Reference.parse("alpine")).contains(new Reference("alpine", "latest"));
    assertThat(Reference.parse("host:5000/a/b")).contains(new Reference("host:5000/a/b", "latest"));
    assertThat(Reference.parse("host:5000/a/b:1.2"))
        .contains(new Reference("host:5000/a/b", "1.2"));
    String digest = "sha256:" + "0".repeat(64);
    assertThat(Reference.parse("a/b:1@" + digest)).contains(new Reference("a/b", digest));
    for (String bad :
        new String[] {"", " ", "a b", "a\nb", "-a", "a@b", "https://a", "a?b", "a%2f"}) {
      assertThat(Reference.parse(bad)).as(bad).isEmpty();
    }
  }

  @Test
  void what_answers_but_is_no_engine_is_said_to_be_away() throws Exception {
    assertThat(answered("HTTP/1.1 500 Oops\r\n\r\n")).contains("status 500");
    assertThat(answered("SSH-2.0-x\r\n\r\n")).contains("does not speak HTTP");
    assertThat(answered("")).contains("closed the connection");
  }

  private static String answered(String text) throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(server, text));
      var address =
          new EngineAddress(
              "tcp://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort());
      return EnginePing.objection(address).orElseThrow();
    }
  }

  private static void answer(ServerSocket server, String text) {
    try (var connection = server.accept()) {
      byte[] asked = new byte[256];
      assertThat(connection.getInputStream().read(asked)).isPositive();
      connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
