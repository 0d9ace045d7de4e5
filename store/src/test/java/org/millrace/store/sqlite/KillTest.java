package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.views.TaskView;

/**
 * Killed in the middle of its work, again and again on the same folder: what was acknowledged is
 * there, and whole.
 */
final class KillTest {
  private static final int KILLS = Math.max(3, Integer.getInteger("millrace.kills", 5) / 5);
  private static final int ACKNOWLEDGED = 300;

  @Test
  void what_was_acknowledged_before_the_kill_is_there(@TempDir Path folder) throws Exception {
    Set<TaskId> acknowledged = new HashSet<>();
    for (int kill = 0; kill < KILLS; kill++) {
      try (Child child = Child.start(folder, "run" + kill + "-")) {
        for (int number = 0; number < ACKNOWLEDGED; number++) {
          acknowledged.add(new TaskId(child.line()));
        }
        child.kill().forEach(id -> acknowledged.add(new TaskId(id)));
      }
    }

    try (SqliteStore store = SqliteStore.open(SqliteConfig.of(folder))) {
      assertThat(acknowledged)
          .hasSizeGreaterThanOrEqualTo(KILLS * ACKNOWLEDGED)
          .allSatisfy(id ->
              assertThat(store.ports().views().find(id))
                  .map(TaskView::spec)
                  .hasValueSatisfying(
                      spec -> assertThat(spec.tags()).containsEntry("project", "demo")));
    }
  }
}
