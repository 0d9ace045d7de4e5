package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.Outcome;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.Progress;
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.TestTask;
import org.millrace.testkit.runtime.Waiting;

/** Images that come from a registry, or do not. */
@Timeout(120)
class RegistryTest {
  @TempDir Path temp;
  TestEngine engine;
  TestSite site;
  ContainerRuntime runtime;
  Process registry;
  int port;

  @BeforeEach
  void opens() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/docker-registry")) || System.getenv("CI") != null,
        "needs a registry: apt-get install docker-registry");
    engine = TestEngine.shared();
    site = new TestSite(temp, engine.host());
    runtime = site.open();
    startRegistry();
  }

  private void startRegistry() throws Exception {
    port = TestSite.freePort();
    Path configuration =
        Files.writeString(
            temp.resolve("registry.yml"),
            """
            version: 0.1
            log: {level: error}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: "127.0.0.1:%d"}
            """
                .formatted(temp.resolve("registry"), port));
    registry =
        new ProcessBuilder("/usr/bin/docker-registry", "serve", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("registry.log").toFile())
            .start();
    Waiting.until(this::registryListens);
  }

  private boolean registryListens() {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private void stopRegistry() throws InterruptedException {
    registry.destroyForcibly();
    registry.waitFor();
  }

  @AfterEach
  void closes() throws Exception {
    if (registry != null) {
      stopRegistry();
      assertThat(runtime.survivors()).isEmpty();
      runtime.close();
    }
  }

  /** Pushes an image and forgets it. */
  private String pushed(String name) throws Exception {
    String image = "127.0.0.1:" + port + "/" + name;
    Path root = Files.createDirectories(temp.resolve("root-of-" + name.replace('/', '-')));
    Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/cat"));
    Files.writeString(root.resolve("who"), name);
    engine.imported(root, image);
    assertThat(engine.docker("push", image)).contains("digest: sha256:");
    engine.docker("rmi", image);
    return image;
  }

  @Test
  void an_image_that_is_missing_is_pulled_once_for_all_who_want_it() throws Exception {
    String image = pushed("group/tool:1.2");
    var labels = new ConcurrentLinkedQueue<String>();
    var first = task(image).telling(noting(labels));
    var second = task(image);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Collected>> runs = List.of(() -> run(first), () -> run(second));
      for (Future<Collected> run : threads.invokeAll(runs)) {
        Collected collected = run.get();
        assertThat(collected.executors().getFirst().stdout()).isEqualTo("group/tool:1.2");
        assertThat(collected.image())
            .hasValueSatisfying(it ->
                assertThat(it)
                    .matches(
                        image
                            + " = sha256:[0-9a-f]{64} \\(127.0.0.1:"
                            + port
                            + "/group/tool@sha256:[0-9a-f]{64}\\)"));
      }
    }
    assertThat(labels).contains("image " + image);
    assertThat(labels.stream().filter(label -> label.contains("1 of 1 layers"))).isNotEmpty();
    String digest = engine.docker("inspect", "-f", "{{index .RepoDigests 0}}", image);
    engine.docker("rmi", image);
    assertThat(run(task(digest)).executors().getFirst().exitCode()).isZero();
    engine.docker("rmi", digest);
  }

  @Test
  void an_image_that_does_not_exist_is_said_to_and_not_tried_again() {
    assertThatThrownBy(() -> runtime.prepare(task("127.0.0.1:" + port + "/none:1")))
        .asInstanceOf(type(AttemptFailed.class))
        .extracting(AttemptFailed::outcome)
        .asInstanceOf(type(Outcome.Unplaceable.class))
        .satisfies(outcome -> {
          assertThat(outcome.cause().code()).isEqualTo("image-not-found");
          assertThat(outcome.cause().message()).contains("/none:1");
        });
  }

  @Test
  void a_registry_that_is_away_may_come_back() throws Exception {
    stopRegistry();

    assertThatThrownBy(() -> runtime.prepare(task("127.0.0.1:" + port + "/some:1")))
        .asInstanceOf(type(AttemptFailed.class))
        .extracting(AttemptFailed::outcome)
        .asInstanceOf(type(Outcome.RuntimeFailed.class))
        .satisfies(outcome -> {
          assertThat(outcome.cause().code()).isEqualTo("image-not-pulled");
          assertThat(outcome.cause().message()).contains("/some:1").contains("refused");
          assertThat(outcome.mayHaveStarted()).isFalse();
        });
  }

  @Test
  void where_nothing_is_pulled_a_missing_image_is_refused_and_a_new_one_is_not_seen()
      throws Exception {
    String image = pushed("never/pulled:1");
    try (ContainerRuntime never =
        site.open(
            site.settings(
                ContainerSettings.Pull.NEVER,
                ContainerSettings.RunAs.AUTO,
                ContainerSettings.Sharing.AUTO,
                "none"))) {
      assertThatThrownBy(() -> never.prepare(task(image)))
          .asInstanceOf(type(AttemptFailed.class))
          .extracting(AttemptFailed::outcome)
          .asInstanceOf(type(Outcome.Unplaceable.class))
          .satisfies(outcome -> assertThat(outcome.cause().code()).isEqualTo("image-not-there"));
    }
  }

  @Test
  void where_images_are_always_pulled_a_newer_one_is_found() throws Exception {
    String image = pushed("moving:1");
    try (ContainerRuntime always =
        site.open(
            site.settings(
                ContainerSettings.Pull.ALWAYS,
                ContainerSettings.RunAs.AUTO,
                ContainerSettings.Sharing.AUTO,
                "none"))) {
      TestTask before = task(image);
      always.prepare(before);
      Files.delete(temp.resolve("root-of-moving:1/bin/cat"));
      pushedAgain(image);
      TestTask after = task(image);
      always.prepare(after);

      assertThat(imageOf(before)).isNotEqualTo(imageOf(after));
      always.clean(before.handle());
      always.clean(after.handle());
    }
  }

  private void pushedAgain(String image) throws Exception {
    Path root = temp.resolve("root-of-moving:1");
    Files.writeString(root.resolve("who"), "newer");
    engine.imported(root, image);
    engine.docker("push", image);
    engine.docker("rmi", image);
  }

  private String imageOf(TestTask task) {
    return new AttemptPlace(site.work.resolve("attempts/container").resolve(task.handle().name()))
        .prepared()
        .orElseThrow()
        .executors()
        .getFirst()
        .imageId();
  }

  private static TestTask task(String image) {
    return new TestTask(ContainerRuntime.NAME).runs("cat", "/who").image(image);
  }

  private Collected run(TestTask task) throws AttemptFailed, InterruptedException {
    runtime.prepare(task);
    runtime.start(task);
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Ran());
    Collected collected = runtime.collect(task, new ComputeEnd.Ran());
    runtime.clean(task.handle());
    return collected;
  }

  private static Progress noting(ConcurrentLinkedQueue<String> labels) {
    return new Progress() {
      @Override
      public void file(String label, long expectedBytes) {
        labels.add(label);
      }

      @Override
      public void known(String label, long expectedBytes) {
        labels.add(label);
      }

      @Override
      public void moved(long bytes) {
        assertThat(bytes).isNotNegative();
      }
    };
  }
}
