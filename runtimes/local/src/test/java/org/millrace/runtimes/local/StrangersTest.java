package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.testkit.runtime.Waiting;

/** Numbers of processes come again: whoever has one now has nothing to do with an attempt. */
@Timeout(60)
final class StrangersTest {
  @TempDir Path temp;
  private AttemptFolder attempt;
  private Process stranger;
  private long born;

  @BeforeEach
  void a_stranger_leads_a_session_with_a_number_that_an_attempt_had() throws Exception {
    attempt = new AttemptFolder(Files.createDirectory(temp.resolve("attempt")));
    stranger = new ProcessBuilder("setsid", "sleep", "4791").start();
    long pid = stranger.pid();
    Waiting.until(() -> ProcessTree.stat(pid).orElseThrow().session() == pid);
    born = ProcessTree.stat(pid).orElseThrow().born();
  }

  @AfterEach
  void ends_it() throws InterruptedException {
    stranger.destroyForcibly();
    stranger.waitFor();
  }

  @Test
  void the_session_of_an_executor_belongs_to_its_attempt() throws IOException {
    noted(ProcessTree.bootId(), born);

    assertThat(belongings()).containsExactly(stranger.pid());
  }

  @Test
  void after_a_restart_of_machine_or_container_nothing_does() throws IOException {
    noted("another-boot", born);

    assertThat(belongings()).isEmpty();
  }

  @Test
  void nor_does_a_session_whose_number_was_given_away_again() throws IOException {
    noted(ProcessTree.bootId(), born - 1);

    assertThat(belongings()).isEmpty();
  }

  @Test
  void the_supervisor_notes_the_same_boot_as_a_server() throws Exception {
    String script = new SupervisorScript(attempt, false, "").text(List.of());
    Files.writeString(attempt.script(), script);
    new ProcessBuilder("sh", attempt.script().toString()).inheritIO().start().waitFor();

    assertThat(attempt.journal().begun())
        .isInstanceOfSatisfying(
            Journal.Begun.By.class, by -> assertThat(ProcessTree.isThisBoot(by.boot())).isTrue());
  }

  private void noted(String boot, long ofExecutor) throws IOException {
    Files.writeString(attempt.journalFile(), "by 1 " + (born - 100) + " " + boot + " 5.0\n");
    Files.writeString(attempt.status(0), stranger.pid() + " " + ofExecutor + "\n");
  }

  private Iterable<Long> belongings() {
    return new ProcessCommand(HostPrograms.USUAL, List.of(), TaskUser.serverUid())
        .belongings(attempt);
  }
}
