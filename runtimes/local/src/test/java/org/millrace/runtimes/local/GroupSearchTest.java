package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GroupSearchTest {
  @TempDir Path temp;

  @Test
  void finds_version_1_also_where_controllers_share_a_hierarchy() throws IOException {
    List<String> mounts =
        List.of(
            v1("memory", "rw,memory"),
            v1("both", "rw,cpu,cpuacct"),
            v1("pids", "rw,pids"),
            v1("blkio", "rw,blkio"));

    ControlGroups groups = GroupSearch.in(mounts, Optional.empty(), "name");

    assertThat(groups).isInstanceOf(GroupsV1.class);
    assertThat(((GroupsV1) groups).tops())
        .containsOnlyKeys("memory", "cpu", "cpuacct", "pids")
        .containsEntry("cpu", temp.resolve("both"));
  }

  @Test
  void version_1_needs_memory_and_cpuacct_and_does_without_the_rest() throws IOException {
    List<String> mounts = List.of(v1("memory", "rw,memory"), v1("cpuacct", "rw,cpuacct"));

    assertThat(((GroupsV1) GroupSearch.in(mounts, Optional.empty(), "name")).tops())
        .containsOnlyKeys("memory", "cpuacct");
    assertThat(GroupSearch.in(mounts, Optional.of("/missing"), "name"))
        .isInstanceOfSatisfying(
            NoGroups.class,
            none ->
                assertThat(none.why())
                    .contains("may not be made in " + temp.resolve("memory/missing")));
  }

  @Test
  void finds_version_2() throws IOException {
    Path top = Files.createDirectory(temp.resolve("v2"));
    Files.createFile(top.resolve("cgroup.subtree_control"));
    List<String> mounts =
        List.of("30 1 0:26 / " + top + " rw,nosuid - cgroup2 cgroup2 rw,nsdelegate");
    Path ours = Files.createDirectory(top.resolve("name"));
    Files.createFile(ours.resolve("cgroup.subtree_control")); // the kernel would make it

    assertThat(GroupSearch.in(mounts, Optional.empty(), "name")).isEqualTo(new GroupsV2(ours));
    assertThat(top.resolve("cgroup.subtree_control")).hasContent("+cpu +memory +pids");
    assertThat(ours.resolve("cgroup.subtree_control")).hasContent("+cpu +memory +pids");
  }

  @Test
  void prefers_version_1_where_it_has_the_controllers() throws IOException {
    List<String> mounts =
        List.of(
            "30 1 0:26 / /nowhere rw - cgroup2 cgroup2 rw",
            v1("memory", "rw,memory"),
            v1("cpuacct", "rw,cpuacct"));

    assertThat(GroupSearch.in(mounts, Optional.empty(), "name")).isInstanceOf(GroupsV1.class);
  }

  @Test
  void says_why_there_are_none() {
    assertThat(GroupSearch.in(List.of(), Optional.empty(), "name"))
        .isEqualTo(new NoGroups("no control groups are mounted"));
    assertThat(
            GroupSearch.in(
                List.of("not a mount", "30 1 0:26 / /nowhere rw - cgroup2 cgroup2 rw"),
                Optional.empty(),
                "name"))
        .isEqualTo(new NoGroups("control groups may not be made in /nowhere"));
  }

  private String v1(String folder, String options) throws IOException {
    Path place = Files.createDirectories(temp.resolve(folder));
    return "30 1 0:26 / " + place + " rw,relatime shared:1 - cgroup cgroup " + options;
  }
}
