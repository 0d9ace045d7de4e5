package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the host's programs lie.
 *
 * @param folders shown to tasks read-only
 * @param links links beside them, by absolute path, with their targets as they are on the host
 */
record HostFolders(List<String> folders, Map<String, String> links) {
  private static final List<String> USUAL =
      List.of("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32");

  HostFolders {
    folders = List.copyOf(folders);
    links = Map.copyOf(links);
  }

  /** Looks at a host: on some {@code /bin} is a link into {@code /usr}, on others a folder. */
  static HostFolders of(Path host, List<Path> programs) throws IOException {
    var folders = new ArrayList<String>();
    var links = new LinkedHashMap<String, String>();
    for (String name : USUAL) {
      Path place = host.resolve(name);
      if (Files.isSymbolicLink(place)) {
        links.put("/" + name, Files.readSymbolicLink(place).toString());
      } else if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        folders.add("/" + name);
      }
    }
    for (Path program : programs) {
      if (folders.stream().noneMatch(folder -> program.startsWith(folder))) {
        folders.add(program.toString());
      }
    }
    return new HostFolders(folders, links);
  }
}
