package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.runtimes.container.UsageGroups.Used;

/** Control groups of both versions, as folders of ordinary files. */
class UsageGroupsTest {
  @TempDir Path top;

  @Test
  void version_one_has_a_folder_for_each_controller() throws IOException {
    var groups = new UsageGroups(top, "ours", 1);
    write("cpuacct/ours/c/cpuacct.usage", "12345\n");
    write("memory/ours/c/memory.max_usage_in_bytes", "678\n");

    assertThat(groups.used("c")).isEqualTo(new Used(12_345, 678, "cgroup-v1"));
    assertThat(groups.parentOf("c")).contains("/ours/c");
    assertThat(groups.used("unknown")).isEqualTo(Used.UNKNOWN);
  }

  @Test
  void version_two_has_one_for_all_and_older_kernels_tell_no_peak() throws IOException {
    var groups = new UsageGroups(top, "ours", 2);
    write("ours/c/cpu.stat", "nice_usec 1\nusage_usec 12\nuser_usec 3\n");
    assertThat(groups.used("c")).isEqualTo(new Used(12_000, -1, "cgroup-v2"));

    write("ours/c/memory.peak", "77\n");
    assertThat(groups.used("c")).isEqualTo(new Used(12_000, 77, "cgroup-v2"));

    write("ours/c/cpu.stat", "none\n");
    assertThat(groups.used("c")).isEqualTo(Used.UNKNOWN);
  }

  @Test
  void groups_are_removed_in_every_hierarchy_and_what_is_not_there_does_no_harm() throws Exception {
    for (String controller : new String[] {"memory", "cpu,cpuacct"}) {
      Files.createDirectories(top.resolve(controller + "/ours/c/0123"));
    }
    Files.createSymbolicLink(top.resolve("cpu"), Path.of("cpu,cpuacct"));
    var groups = new UsageGroups(top, "ours", 1);

    groups.remove("c");
    groups.remove("c");

    assertThat(top.resolve("memory/ours/c")).doesNotExist();
    assertThat(top.resolve("cpu,cpuacct/ours/c")).doesNotExist();
    Files.createDirectories(top.resolve("ours/c"));
    new UsageGroups(top, "ours", 2).remove("c");
    assertThat(top.resolve("ours/c")).doesNotExist();
    write("ours/busy/file", "");
    new UsageGroups(top, "ours", 2).remove("busy");
    assertThat(top.resolve("ours/busy")).exists();
    groups.removeParent();
    assertThat(top.resolve("memory/ours")).doesNotExist();
    new UsageGroups(top, "ours", 2).removeParent();
    assertThat(top.resolve("ours/busy")).exists();
    UsageGroups.NONE.removeParent();
  }

  @Test
  void nothing_is_measured_where_the_engine_is_elsewhere_or_another_makes_the_groups()
      throws Exception {
    var far = new EngineAddress("tcp://127.0.0.1:2375");

    assertThat(UsageGroups.find(far, "cgroupfs", "1", "x")).isEqualTo(UsageGroups.NONE);
    assertThat(UsageGroups.find(EngineAddress.USUAL, "systemd", "2", "x"))
        .isEqualTo(UsageGroups.NONE);
    assertThat(UsageGroups.NONE.parentOf("c")).isEmpty();
    assertThat(UsageGroups.NONE.used("c")).isEqualTo(Used.UNKNOWN);
    UsageGroups.NONE.remove("c");
  }

  private void write(String file, String text) throws IOException {
    Path place = top.resolve(file);
    Files.createDirectories(place.resolve("..").normalize());
    Files.writeString(place, text);
  }
}
