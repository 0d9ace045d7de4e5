package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is not root, on a host that tells nobody of other people's processes. */
@Timeout(25) // less than what a patient reader waits
final class HiddenProcessesTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void what_is_hidden_is_no_process_of_ours_and_takes_no_time(int hidepid) throws Exception {
    Assumptions.assumeTrue(TaskUser.serverUid() == 0, "only root can mount");
    Files.setPosixFilePermissions(temp, OthersMay.ENTER_AND_LIST);
    List<String> around =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t proc -o hidepid=" + hidepid + " proc /proc || exit 77; exec \"$@\"",
            "sh");

    int code = Unprivileged.run(around, temp, Looking.class);

    Assumptions.assumeFalse(code == 77, "mounts are not allowed");
    assertThat(code).isZero();
  }

  /** Looks at processes as a runtime does; exits with how many answers were wrong. */
  static final class Looking {
    private Looking() {}

    public static void main(String[] arguments) throws IOException {
      long self = ProcessHandle.current().pid();
      int wrong = ProcessTree.stat(1).isPresent() ? 1 : 0;
      wrong += ProcessTree.isThisBoot(ProcessTree.bootId()) ? 0 : 1;
      wrong += ProcessTree.stat(self).isPresent() ? 0 : 1;
      wrong += ProcessTree.running(Set.of("systemd", "init"), Set.of(0), "x").isEmpty() ? 0 : 1;
      wrong += ProcessTree.ofSession(1, 0, 0).isEmpty() ? 0 : 1;
      System.exit(wrong);
    }
  }
}
