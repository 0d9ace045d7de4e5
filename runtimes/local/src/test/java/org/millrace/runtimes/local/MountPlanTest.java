package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MountPlanTest {
  private static final MountPlan MERGED =
      new MountPlan(
          new HostFolders(
              List.of("/usr", "/opt/tools"), Map.of("/bin", "usr/bin", "/lib", "usr/lib")),
          Path.of("/w/etc/1"),
          Optional.empty());
  private static final MountPlan SPLIT =
      new MountPlan(
          new HostFolders(List.of("/usr", "/bin", "/lib"), Map.of()),
          Path.of("/w/etc/1"),
          Optional.empty());

  @Test
  void the_tasks_folder_is_the_root_and_the_rest_is_laid_over_it() {
    assertThat(MERGED.arguments(Path.of("/w/a/root")))
        .containsExactly(
            "--bind",
            "/w/a/root",
            "/",
            "--ro-bind",
            "/usr",
            "/usr",
            "--ro-bind",
            "/opt/tools",
            "/opt/tools",
            "--ro-bind",
            "/w/etc/1",
            "/etc",
            "--proc",
            "/proc",
            "--dev",
            "/dev");
  }

  @Test
  void folders_of_hosts_that_do_not_merge_them_are_laid_one_by_one() {
    assertThat(SPLIT.arguments(Path.of("/r")))
        .containsSubsequence(
            "--ro-bind", "/usr", "/usr", "--ro-bind", "/bin", "/bin", "--ro-bind", "/lib", "/lib");
  }

  @Test
  void with_the_hosts_network_its_resolver_lies_over_all_else() {
    var plan = new MountPlan(SPLIT.host(), SPLIT.etc(), Optional.of(Path.of("/etc/resolv.conf")));

    assertThat(plan.arguments(Path.of("/r")))
        .containsSubsequence(
            "/etc", "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf", "--proc");
  }

  @Test
  void closed_is_all_that_is_not_the_tasks() {
    assertThat(MERGED.closedPaths())
        .containsExactly("/usr", "/opt/tools", "/bin", "/lib", "/etc", "/proc", "/dev");
  }

  @ParameterizedTest
  @CsvSource({
    "/usr, true",
    "/usr/local/x, true",
    "/bin/../usr/x, true",
    "//etc//passwd, true",
    "/proc/self, true",
    "/opt/tools/x, true",
    "/opt, false",
    "/usrx, false",
    "/data/usr, false",
    "/, false",
    "/tmp, false",
  })
  void knows_what_is_closed(String path, boolean closed) {
    assertThat(MERGED.isClosed(path)).isEqualTo(closed);
  }
}
