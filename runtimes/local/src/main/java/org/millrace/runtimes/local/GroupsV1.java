package org.millrace.runtimes.local;

import static org.millrace.runtimes.local.ShellText.word;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Version 1: a hierarchy for each controller, counters that can be set to zero. Kept from attempt
 * to attempt, because making and removing them takes longer than a short task.
 *
 * @param tops the folder for our groups in each hierarchy, by controller
 * @param prefix of our groups' names
 * @param limited what was set last, by slot
 */
record GroupsV1(Map<String, Path> tops, String prefix, Map<Integer, SlotLimits> limited)
    implements ControlGroups {
  private static final int PERIOD_MICROSECONDS = 100_000;
  private static final long WORTH_EMPTYING = 8 << 20;

  GroupsV1(Map<String, Path> tops, String prefix) {
    this(Map.copyOf(tops), prefix, new ConcurrentHashMap<>());
  }

  @Override
  public boolean ready(int slot, SlotLimits limits, int executors) throws IOException {
    try {
      return ready(slot, limits);
    } catch (IOException gone) { // somebody tidied up: what was made before is made again
      limited.remove(slot);
      return ready(slot, limits);
    }
  }

  private boolean ready(int slot, SlotLimits limits) throws IOException {
    if (!limits.equals(limited.get(slot))) {
      limited.remove(slot);
      for (Path folder : folders(slot)) {
        GroupFiles.make(folder);
      }
      emptyCaches(slot); // else a lower limit may be refused
      limit(slot, limits);
      limited.put(slot, limits);
    } else {
      emptyCaches(slot);
    }
    return true;
  }

  private void limit(int slot, SlotLimits limits) throws IOException {
    Path memory = folder("memory", slot);
    // upwards, memory with swap must go first; downwards, memory alone: so both up, then both down
    GroupFiles.writeIfThere(memory.resolve("memory.memsw.limit_in_bytes"), "-1");
    GroupFiles.write(memory.resolve("memory.limit_in_bytes"), Long.toString(limits.bytes()));
    GroupFiles.writeIfThere(
        memory.resolve("memory.memsw.limit_in_bytes"), Long.toString(limits.bytes()));
    if (tops.containsKey("cpu")) {
      Path cpu = folder("cpu", slot);
      GroupFiles.write(cpu.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROSECONDS));
      GroupFiles.write(
          cpu.resolve("cpu.cfs_quota_us"),
          Long.toString((long) limits.cores() * PERIOD_MICROSECONDS));
    }
    if (tops.containsKey("pids")) {
      GroupFiles.write(
          folder("pids", slot).resolve("pids.max"), Integer.toString(limits.processes()));
    }
  }

  /** What an earlier attempt read from disk would count as this one's memory. */
  private void emptyCaches(int slot) throws IOException {
    Path memory = folder("memory", slot);
    String used = Files.readString(memory.resolve("memory.usage_in_bytes")).strip();
    if (Long.parseLong(used) > WORTH_EMPTYING) {
      GroupFiles.write(memory.resolve("memory.force_empty"), "0");
    }
  }

  @Override
  public SlotWords words(int slot, int executor) {
    Path memory = folder("memory", slot);
    String peak = word(memory.resolve("memory.max_usage_in_bytes").toString());
    String cpu = word(folder("cpuacct", slot).resolve("cpuacct.usage").toString());
    String oom = word(memory.resolve("memory.oom_control").toString());
    String countOom =
        "while read -r name value; do [ \"$name\" != oom_kill ] || oom=$value; done <" + oom + "\n";
    // writing 0 to tasks, not to cgroup.procs: the kernel then need not stop all forks meanwhile
    return new SlotWords(
        folders(slot).stream().map(folder -> folder.resolve("tasks").toString()).toList(),
        List.of(memory.resolve("cgroup.procs").toString()),
        "echo 0 >%s\necho 0 >%s\noom=0\n%soom0=$oom\n".formatted(peak, cpu, countOom),
        "read -r cpu <%s\nread -r peak <%s\n%soom=$((oom - oom0))\n".formatted(cpu, peak, countOom),
        "v1");
  }

  @Override
  public void remove(int slot) {
    folders(slot).forEach(GroupFiles::remove);
  }

  @Override
  public void removeFrom(int slot) {
    tops.values().forEach(top -> GroupFiles.removeNumbered(top, prefix, slot));
  }

  private List<Path> folders(int slot) {
    return tops.values().stream()
        .map(top -> top.resolve(prefix + slot))
        .distinct()
        .sorted()
        .toList();
  }

  private Path folder(String controller, int slot) {
    Path top = tops.get(controller);
    if (top == null) {
      throw new IllegalStateException("no control group hierarchy for " + controller);
    }
    return top.resolve(prefix + slot);
  }
}
