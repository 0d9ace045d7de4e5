package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out which control groups this server may use. */
final class GroupSearch {
  private static final Logger LOG = LoggerFactory.getLogger(GroupSearch.class);
  private static final List<String> USED = List.of("memory", "cpuacct", "cpu", "pids");

  private static final List<String> NEEDED = List.of("memory", "cpuacct");

  private GroupSearch() {}

  /** Looks at this host. {@code name} is that of our groups, a plain file name. */
  static ControlGroups onThisHost(Optional<String> parent, String name) {
    try {
      return in(Files.readAllLines(Path.of("/proc/self/mountinfo")), parent, name);
    } catch (IOException noProc) {
      return new NoGroups("/proc/self/mountinfo cannot be read: " + noProc.getMessage());
    }
  }

  /** Looks at mounts, as the kernel lists them. */
  static ControlGroups in(List<String> mountinfo, Optional<String> parent, String name) {
    Map<String, Path> v1 = new HashMap<>();
    Optional<Path> v2 = Optional.empty();
    for (String line : mountinfo) {
      String[] ends = line.split(" - ", 2);
      String[] mount = ends[0].split(" ", -1);
      String[] system = ends.length == 2 ? ends[1].split(" ", -1) : new String[0];
      if (mount.length < 5 || system.length < 3) {
        continue;
      }
      Path place = Path.of(mount[4]);
      if (system[0].equals("cgroup2")) {
        v2 = Optional.of(place);
      } else if (system[0].equals("cgroup")) {
        Arrays.stream(system[2].split(",", -1))
            .filter(USED::contains)
            .forEach(controller -> v1.putIfAbsent(controller, place));
      }
    }
    return v1.keySet().containsAll(NEEDED)
        ? firstVersion(v1, parent, name)
        : v2.map(place -> secondVersion(place, parent, name))
            .orElseGet(() -> new NoGroups("no control groups are mounted"));
  }

  private static ControlGroups firstVersion(
      Map<String, Path> mounts, Optional<String> parent, String name) {
    Map<String, Path> tops = new HashMap<>();
    for (String controller : USED) {
      Optional<Path> top = Optional.ofNullable(mounts.get(controller)).map(at -> below(at, parent));
      if (top.filter(Files::isWritable).isPresent()) {
        tops.put(controller, top.get());
      } else if (NEEDED.contains(controller)) {
        return new NoGroups("control groups may not be made in " + top.orElseThrow());
      } else {
        LOG.warn("no control group for {} may be made here: it is not limited", controller);
      }
    }
    return new GroupsV1(tops, name + "-");
  }

  private static ControlGroups secondVersion(Path mount, Optional<String> parent, String name) {
    var groups = new GroupsV2(below(mount, parent).resolve(name));
    try {
      groups.makeTop();
      return groups;
    } catch (IOException refused) {
      LOG.debug("control groups of version 2 may not be made", refused);
      return new NoGroups("control groups may not be made in " + below(mount, parent));
    }
  }

  private static Path below(Path mount, Optional<String> parent) {
    return parent.map(path -> mount.resolve("./" + path).normalize()).orElse(mount);
  }
}
