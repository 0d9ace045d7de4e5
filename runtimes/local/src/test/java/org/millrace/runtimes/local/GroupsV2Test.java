package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.runtimes.local.ControlGroups.SlotLimits;

/** Against ordinary files in place of the kernel's: that a real one obeys is not shown here. */
final class GroupsV2Test {
  @TempDir Path temp;

  @Test
  void limits_a_slot_and_makes_a_leaf_for_each_executor() throws IOException {
    Path slot = fakeSlot();

    assertThat(new GroupsV2(temp).ready(3, new SlotLimits(2, 1 << 20, 50), 2)).isTrue();

    assertThat(slot.resolve("memory.max")).hasContent("1048576");
    assertThat(slot.resolve("memory.swap.max")).hasContent("0");
    assertThat(slot.resolve("pids.max")).hasContent("50");
    assertThat(slot.resolve("cpu.max")).hasContent("200000 100000");
    assertThat(slot.resolve("cgroup.subtree_control")).hasContent("+cpu +memory +pids");
    assertThat(slot.resolve("0")).isDirectory();
    assertThat(slot.resolve("1")).isDirectory();
  }

  @Test
  void a_shell_reads_an_executors_counters() throws Exception {
    Path leaf = Files.createDirectories(temp.resolve("slot-3/1"));
    Files.writeString(leaf.resolve("cpu.stat"), "usage_usec 1234\nuser_usec 1000\n");
    Files.writeString(leaf.resolve("memory.peak"), "4096\n");
    Files.writeString(leaf.resolve("memory.events"), "low 0\noom 1\noom_kill 2\n");
    SlotWords words = new GroupsV2(temp).words(3, 1);

    String counters = read("cpu=- peak=- oom=-\n" + words.after() + "echo $cpu $peak $oom");

    assertThat(counters).isEqualTo("1234 4096 2\n");
    assertThat(words.join()).containsExactly(leaf.resolve("cgroup.procs").toString());
    assertThat(words.measuredBy()).isEqualTo("v2");
    assertThat(words.before()).isEmpty();
  }

  @Test
  void an_older_kernel_counts_no_peak() throws Exception {
    Path leaf = Files.createDirectories(temp.resolve("slot-3/1"));
    Files.writeString(leaf.resolve("cpu.stat"), "usage_usec 1234\n");
    Files.writeString(leaf.resolve("memory.events"), "oom_kill 0\n");

    assertThat(
            read(
                "cpu=- peak=- oom=-\n"
                    + new GroupsV2(temp).words(3, 1).after()
                    + "echo $cpu $peak $oom"))
        .isEqualTo("1234 - 0\n");
  }

  @Test
  void groups_of_slots_there_are_no_more_are_removed() throws IOException {
    for (String group : List.of("slot-1", "slot-2/0", "slot-30/1", "slot-x")) {
      Files.createDirectories(temp.resolve(group));
    }

    new GroupsV2(temp).removeFrom(2);

    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("slot-1", "slot-x");
  }

  /** With the files that the kernel would make; not empty, so that making anew keeps it. */
  private Path fakeSlot() throws IOException {
    Path slot = Files.createDirectories(temp.resolve("slot-3"));
    for (String file :
        List.of("memory.max", "memory.swap.max", "pids.max", "cpu.max", "cgroup.subtree_control")) {
      Files.createFile(slot.resolve(file));
    }
    return slot;
  }

  private static String read(String script) throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", script).start();
    return new String(
        shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
