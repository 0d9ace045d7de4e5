package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.runtimes.local.SandboxSettings.Network;

final class HostEtcTest {
  @TempDir Path temp;
  private Path host;
  private Path made;

  @BeforeEach
  void makes_a_host() throws IOException {
    host = temp.resolve("etc");
    made = Files.createDirectory(temp.resolve("made"));
    Files.createDirectories(host.resolve("ssl/certs"));
    Files.createDirectories(host.resolve("ssl/private"));
    Files.createDirectories(host.resolve("java-25"));
    Files.writeString(host.resolve("shadow"), "root:hash");
    Files.writeString(host.resolve("passwd"), "root:x:0:0\nalice:x:1000:1000:Alice:/home/alice");
    Files.writeString(host.resolve("hosts"), "10.0.0.7 database");
    Files.writeString(host.resolve("resolv.conf"), "nameserver 10.0.0.1\n");
    Files.writeString(host.resolve("nsswitch.conf"), "passwd: files\n");
    Files.writeString(host.resolve("ssl/certs/ca.pem"), "certificate");
    Files.writeString(host.resolve("ssl/private/key"), "key");
    Files.writeString(host.resolve("java-25/security"), "open");
    Files.writeString(host.resolve("java-25/closed"), "secret");
    Files.setPosixFilePermissions(host.resolve("java-25/closed"), OthersMay.NOTHING);
    Files.createSymbolicLink(host.resolve("localtime"), Path.of("../usr/share/zoneinfo/UTC"));
  }

  @Test
  void holds_what_programs_need_and_nothing_of_the_hosts_people() throws IOException {
    Path etc = etc(Network.NONE).makeBelow(made);

    assertThat(etc.resolve("passwd"))
        .hasContent("root:x:0:0:root:/root:/usr/sbin/nologin\ntask:x:1234:99:task:/tmp:/bin/sh\n");
    assertThat(etc.resolve("group")).content().contains("task:x:99:");
    assertThat(etc.resolve("hosts"))
        .content()
        .contains("127.0.0.1 localhost")
        .doesNotContain("database");
    assertThat(etc.resolve("nsswitch.conf")).hasContent("passwd: files");
    assertThat(etc.resolve("ssl/certs/ca.pem")).exists();
    assertThat(etc.resolve("java-25/security")).exists();
    assertThat(Files.readSymbolicLink(etc.resolve("localtime")))
        .isEqualTo(Path.of("../usr/share/zoneinfo/UTC"));
    for (String kept : new String[] {"shadow", "ssl/private", "java-25/closed", "resolv.conf"}) {
      assertThat(etc.resolve(kept)).doesNotExist();
    }
  }

  @Test
  void with_the_hosts_network_come_its_names() throws IOException {
    Path etc = etc(Network.HOST).makeBelow(made);

    assertThat(etc.resolve("resolv.conf")).hasContent("nameserver 10.0.0.1");
    assertThat(etc.resolve("hosts")).hasContent("10.0.0.7 database");
  }

  @Test
  void a_host_without_names_gives_its_network_all_the_same() throws IOException {
    for (String name : new String[] {"hosts", "resolv.conf", "nsswitch.conf"}) {
      Files.delete(host.resolve(name));
    }

    Path etc = etc(Network.HOST).makeBelow(made);

    assertThat(etc.resolve("hosts")).content().contains("127.0.0.1 localhost");
    assertThat(etc.resolve("resolv.conf")).isEmptyFile(); // the host's may come, and lies over it
    assertThat(etc.resolve("nsswitch.conf")).doesNotExist();
  }

  @Test
  void names_that_not_everybody_may_read_are_not_shown() throws IOException {
    Files.setPosixFilePermissions(host.resolve("hosts"), OthersMay.NOTHING_WITH_FILE);

    Path etc = etc(Network.HOST).makeBelow(made);

    assertThat(etc.resolve("hosts"))
        .content()
        .contains("127.0.0.1 localhost")
        .doesNotContain("database");
  }

  @Test
  void is_made_once_and_anew_when_something_changed() throws IOException {
    Path first = etc(Network.NONE).makeBelow(made);
    assertThat(etc(Network.NONE).makeBelow(made)).isEqualTo(first);

    Files.writeString(host.resolve("nsswitch.conf"), "passwd: files systemd\n");

    assertThat(etc(Network.NONE).makeBelow(made)).isNotEqualTo(first);
    assertThat(first.resolve("nsswitch.conf")).hasContent("passwd: files"); // running tasks see it
  }

  @Test
  void certificates_are_there_wherever_the_host_keeps_them() throws IOException {
    Files.createDirectories(host.resolve("pki/tls/certs"));
    Files.createDirectories(host.resolve("pki/tls/private"));
    Files.writeString(host.resolve("pki/tls/private/key"), "key");
    Files.createDirectories(host.resolve("pki/ca-trust/extracted/pem"));
    Files.writeString(host.resolve("pki/ca-trust/extracted/pem/all.pem"), "certificates");
    Files.createSymbolicLink(
        host.resolve("pki/tls/certs/bundle.crt"), Path.of("../../ca-trust/extracted/pem/all.pem"));
    Files.delete(host.resolve("ssl/certs/ca.pem"));
    Files.delete(host.resolve("ssl/certs"));
    Files.createSymbolicLink(host.resolve("ssl/certs"), Path.of("../pki/tls/certs"));

    Path etc = etc(Network.NONE).makeBelow(made);

    assertThat(etc.resolve("ssl/certs/bundle.crt")).hasContent("certificates");
    assertThat(etc.resolve("pki/tls/private")).doesNotExist();
    remove(etc);
  }

  @Test
  void certificates_outside_of_etc_are_copied() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("var-lib"));
    Files.move(host.resolve("ssl/certs/ca.pem"), elsewhere.resolve("ca.pem"));
    Files.delete(host.resolve("ssl/certs"));
    Files.createSymbolicLink(host.resolve("ssl/certs"), elsewhere);

    Path etc = etc(Network.NONE).makeBelow(made);

    assertThat(etc.resolve("ssl/certs/ca.pem")).hasContent("certificate");
    assertThat(etc.resolve("ssl/certs")).isDirectory();
    remove(host.resolve("ssl"));
  }

  @Test
  void what_is_of_an_earlier_state_goes_unless_it_is_used() throws IOException {
    Path used = etc(Network.HOST).makeBelow(made);
    Path old = etc(Network.NONE).makeBelow(made);
    Path half = Files.createDirectory(made.resolve("half123"));

    HostEtc.removeOld(made, used.getFileName().toString()::equals);

    assertThat(used).isDirectory();
    assertThat(old).doesNotExist();
    assertThat(half).doesNotExist();
  }

  @Test
  void with_the_hosts_network_its_resolver_is_the_one_of_the_moment() {
    assertThat(etc(Network.HOST).resolver()).contains(host.resolve("resolv.conf"));
    assertThat(etc(Network.NONE).resolver()).isEmpty();
  }

  /** Before JUnit removes it, which dislikes links. */
  private static void remove(Path folder) throws IOException {
    FolderRemoval.remove(folder);
  }

  private HostEtc etc(Network network) {
    return new HostEtc(host, 1234, 99, network);
  }
}
