package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.checks.endtoend.DaneSite.Broker;
import org.millrace.checks.endtoend.DaneSite.Kept;

/**
 * What workers save, and what the {@code dane} package, unmodified, finds of it: after an attempt
 * that another one has overtaken, and after a worker that died before it could answer. And a client
 * that has nothing but the classes of that package (contracts/dane.md 3.9, 6).
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ParameterizedClass
@EnumSource(Broker.class)
class DaneResultsEndToEndTest {
  private static final Duration SOON = Duration.ofMinutes(3);

  /** How a worker ends that dies of its first task. */
  private static final int DEATH = 3;

  @TempDir private Path folder;
  @TempDir private Path workers;
  @Parameter Broker kind;
  @AutoClose private DaneSite site;
  @AutoClose private DanePrograms programs;

  @BeforeEach
  void starts_a_server() throws Exception {
    site = DaneSite.with(kind, folder);
    programs = site.programs(workers);
    site.start();
    site.awaitBroker();
  }

  @Test
  void of_a_task_that_was_done_again_only_the_newer_result_is_found_and_the_older_one_kept()
      throws Exception {
    programs.startWorker("filesize", "filesize");
    programs.startWorker("length", "length");
    String document = site.calls().register("AGAIN");
    String length = site.calls().assignTo(document, "LENGTH");
    awaitDone(length);
    String task = taskOf(document, "FILESIZE"); // the server has made it, as LENGTH's worker asked
    assertThat(found(document, "FILESIZE"))
        .isEqualTo(programs.told("filesize", "saved"))
        .hasSize(1);

    JsonNode asked = site.calls().get("/DANE/task/" + task + "/forceretry");
    assertThat(asked.path("state").asText()).isEqualTo("102");
    awaitDone(task);

    List<String> saved = programs.told("filesize", "saved");
    assertThat(saved).hasSize(2).doesNotHaveDuplicates();
    assertThat(found(document, "FILESIZE")).containsExactly(saved.getLast());
    assertThat(site.calls().get("/DANE/creator/AGAIN/FILESIZE/results").findValuesAsText("_id"))
        .containsExactly(saved.getLast());
    assertThat(site.kept(task))
        .containsExactly(new Kept(saved.getFirst(), 1, true), new Kept(saved.getLast(), 2, false));
    assertThat(site.calls().isDone(length)).as("what depends on it is left as it is").isTrue();
    assertThat(found(document, "LENGTH")).hasSize(1);
  }

  @Test
  void a_result_saved_again_by_a_worker_that_took_over_from_a_dead_one_is_stored_once()
      throws Exception {
    Process mortal = programs.startWorker("mortal", "mortal");
    String document = site.calls().register("MORTAL");
    String task = site.calls().assignTo(document, "FILESIZE");
    assertThat(mortal.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(mortal.exitValue()).as(programs.said("mortal")).isEqualTo(DEATH);
    List<String> saved = programs.told("mortal", "saved");
    assertThat(saved).hasSize(1);
    assertThat(found(document, "FILESIZE")).isEqualTo(saved);
    assertThat(site.calls().state(task)).as("nobody has answered").isEqualTo("102");

    programs.startWorker("filesize", "heir");
    awaitDone(task);

    assertThat(programs.told("heir", "saved")).as("saved again, and the same").isEqualTo(saved);
    assertThat(found(document, "FILESIZE")).isEqualTo(saved);
    assertThat(site.kept(task)).containsExactly(new Kept(saved.getFirst(), 1, false));
  }

  @Test
  void the_classes_of_the_package_register_assign_and_find_what_workers_did() throws Exception {
    programs.startWorker("filesize", "filesize");
    programs.startWorker("length", "length");

    programs.run("client", "dane_classes.py");

    for (String key : List.of("FILESIZE", "LENGTH")) {
      JsonNode tasks = site.calls().get("/DANE/creator/LIBRARY/" + key + "/tasks");
      assertThat(tasks.findValuesAsText("state")).as(key).containsExactly("200");
    }
  }

  private String taskOf(String document, String key) {
    for (JsonNode task : site.calls().get("/DANE/document/" + document + "/tasks")) {
      if (task.path("key").asText().equals(key)) {
        return task.path("_id").asText();
      }
    }
    throw new AssertionError(document + " has no task " + key);
  }

  private void awaitDone(String task) throws InterruptedException {
    PackagedServer.await(SOON, () -> site.calls().isDone(task));
  }

  /** What the package's own search finds. */
  private List<String> found(String document, String key) throws Exception {
    programs.run("search", "dane_found.py", document, key);
    return programs.told("search", "found");
  }
}
