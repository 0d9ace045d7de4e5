package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** As whom this server runs. */
record ServerUser(int uid, int gid) {

  static ServerUser current() {
    try {
      Path self = Path.of("/proc/self");
      return new ServerUser(
          (Integer) Files.getAttribute(self, "unix:uid"),
          (Integer) Files.getAttribute(self, "unix:gid"));
    } catch (IOException noProc) {
      throw new UncheckedIOException("the container runtime needs /proc", noProc);
    }
  }

  boolean isRoot() {
    return uid == 0;
  }
}
