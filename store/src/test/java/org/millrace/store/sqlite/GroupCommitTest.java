package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.aTask;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.submission.IntakeStore.Taken;

final class GroupCommitTest {
  private static final int CALLERS = 64;
  private static final int EACH = 25;

  @AutoClose private final SqliteStore store;

  GroupCommitTest(@TempDir Path folder) {
    store = TestFolder.withTables(folder).open();
  }

  @Test
  void many_callers_share_commits_and_each_finds_what_was_acknowledged() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ArrayList<Future<?>>();
      for (int caller = 0; caller < CALLERS; caller++) {
        String prefix = "caller" + caller + "-";
        done.add(callers.submit(() -> insertAndLook(prefix)));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }

    assertThat(store.commits()).isLessThan(CALLERS * EACH / 2);
    assertThat(store.queued()).isZero();
  }

  private void insertAndLook(String prefix) {
    for (int number = 0; number < EACH; number++) {
      TaskId id = new TaskId(prefix + number);
      assertThat(store.ports().intake().insert(aTask(id.text()).newTask()))
          .isEqualTo(new Taken.Stored());
      assertThat(store.ports().views().glance(id)).isPresent();
    }
  }
}
