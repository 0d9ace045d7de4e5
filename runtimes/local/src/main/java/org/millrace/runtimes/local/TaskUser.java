package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.millrace.engine.staging.TaskFolder.FileOwner;

/** As whom tasks run when the server is root. */
public record TaskUser(int uid, int gid) {
  /** The user that owns nothing. */
  public static final TaskUser NOBODY = new TaskUser(65534, 65534);

  public TaskUser {
    if (uid <= 0 || gid <= 0) {
      throw new IllegalArgumentException("user of tasks: uid and gid above 0, never root");
    }
  }

  /** As whom this server runs. */
  static int serverUid() {
    return ofServer("unix:uid");
  }

  static int serverGid() {
    return ofServer("unix:gid");
  }

  private static int ofServer(String attribute) {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), attribute);
    } catch (IOException noProc) {
      throw new UncheckedIOException("the local runtimes need /proc", noProc);
    }
  }

  FileOwner asOwner() {
    return new FileOwner(uid, gid);
  }
}
