package org.millrace.runtimes.local;

import static org.millrace.runtimes.local.ShellText.word;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Version 2: one hierarchy, counters that only grow. So each attempt's slot is made anew, with a
 * leaf for each executor; limits are the slot's, counters the leaf's.
 *
 * <p>Written after the kernel's documentation and tried on a folder of ordinary files only.
 *
 * @param top the folder of our groups
 */
record GroupsV2(Path top) implements ControlGroups {
  private static final int PERIOD_MICROSECONDS = 100_000;
  private static final String SLOT = "slot-";
  private static final String CONTROLLERS = "+cpu +memory +pids";

  /** Makes the folder of our groups, in which slots can be limited. */
  void makeTop() throws IOException {
    GroupFiles.write(top.resolveSibling("cgroup.subtree_control"), CONTROLLERS);
    GroupFiles.make(top);
    GroupFiles.write(top.resolve("cgroup.subtree_control"), CONTROLLERS);
  }

  @Override
  public boolean ready(int slot, SlotLimits limits, int executors) throws IOException {
    remove(slot);
    Path folder = folder(slot);
    GroupFiles.make(folder);
    GroupFiles.write(folder.resolve("memory.max"), Long.toString(limits.bytes()));
    GroupFiles.writeIfThere(folder.resolve("memory.swap.max"), "0");
    GroupFiles.write(folder.resolve("pids.max"), Integer.toString(limits.processes()));
    GroupFiles.write(
        folder.resolve("cpu.max"),
        (long) limits.cores() * PERIOD_MICROSECONDS + " " + PERIOD_MICROSECONDS);
    GroupFiles.write(folder.resolve("cgroup.subtree_control"), CONTROLLERS);
    for (int executor = 0; executor < executors; executor++) {
      GroupFiles.make(folder.resolve(Integer.toString(executor)));
    }
    return true;
  }

  @Override
  public SlotWords words(int slot, int executor) {
    Path leaf = folder(slot).resolve(Integer.toString(executor));
    String stat = word(leaf.resolve("cpu.stat").toString());
    String peak = word(leaf.resolve("memory.peak").toString()); // from kernel 5.19 on
    String events = word(leaf.resolve("memory.events").toString());
    return new SlotWords(
        List.of(leaf.resolve("cgroup.procs").toString()),
        List.of(leaf.resolve("cgroup.procs").toString()),
        "",
        """
        while read -r name value; do [ "$name" != usage_usec ] || cpu=$value; done <%s
        [ ! -e %s ] || read -r peak <%s
        while read -r name value; do [ "$name" != oom_kill ] || oom=$value; done <%s
        """
            .formatted(stat, peak, peak, events),
        "v2");
  }

  @Override
  public void remove(int slot) {
    GroupFiles.remove(folder(slot));
  }

  @Override
  public void removeFrom(int slot) {
    GroupFiles.removeNumbered(top, SLOT, slot);
  }

  private Path folder(int slot) {
    return top.resolve(SLOT + slot);
  }
}
