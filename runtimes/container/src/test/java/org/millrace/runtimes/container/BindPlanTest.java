package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Output;
import org.millrace.testkit.runtime.TestTask;

class BindPlanTest {

  @Test
  void folders_that_the_image_lacks_are_bound_and_none_lies_in_another() {
    TestTask task =
        task()
            .volume("/data/")
            .input("/data/in/a", "")
            .fetchFolder("mem:x", "/ref/deep")
            .input("/ref/deep/more", "")
            .output("/results/a/b", "mem:b")
            .outputFolder("/results", "mem:r");

    BindPlan plan = plan(task, Set.of());

    assertThat(plan.folders()).containsExactly("/data", "/ref/deep", "/results");
    assertThat(plan.files()).isEmpty();
    assertThat(plan.outputs()).isEmpty();
    assertThat(plan.folderOutputs()).isEmpty();
    assertThat(plan.covers("/data/in/a")).isTrue();
    assertThat(plan.covers("/database")).isFalse();
  }

  @Test
  void streams_and_working_directories_have_folders_too() {
    BindPlan plan =
        plan(task().in("/w/d").to("/o/out").errorsTo("/e/err").from("/s/in"), Set.of("/e"));

    assertThat(plan.folders()).containsExactly("/o", "/w/d");
    assertThat(plan.covers("/e/err")).isFalse();
  }

  @Test
  void what_is_the_kernels_is_never_bound_even_where_the_image_has_no_folder_for_it() {
    assertThat(plan(task().in("/proc"), Set.of()).folders()).isEmpty();
    assertThat(plan(task().in("/dev/shm"), Set.of()).folders()).isEmpty();
    assertThat(plan(task().in("/processed"), Set.of()).folders()).containsExactly("/processed");
  }

  @Test
  void in_folders_of_the_image_inputs_are_bound_singly_and_outputs_carried() {
    TestTask task =
        task()
            .input("/etc/tool.conf", "")
            .input("/root-file", "")
            .fetchFolder("mem:x", "/usr/share")
            .output("/etc/result", "mem:a")
            .output("/etc/tool.conf", "mem:b")
            .output("/top", "mem:c")
            .outputFolder("/usr/lib", "mem:d")
            .volume("/opt/mine");

    BindPlan plan = plan(task, Set.of("/", "/etc", "/usr/share", "/usr/lib", "/opt/mine"));

    assertThat(plan.folders()).containsExactly("/opt/mine"); // a volume is empty by declaration
    assertThat(plan.files()).containsExactly("/etc/tool.conf", "/root-file");
    assertThat(plan.outputs()).containsExactly("/etc/result", "/top");
    assertThat(plan.folderOutputs()).containsExactly("/usr/lib");
  }

  @Test
  void volumes_of_the_image_within_bound_folders_are_bound_with_them() {
    TestTask task = task().volume("/data");

    BindPlan plan =
        BindPlan.of(task.work(), Set.of(), List.of("/data/inner/", "/other", "/database"), true);

    assertThat(plan.folders()).containsExactly("/data", "/data/inner");
  }

  @Test
  void where_nothing_can_be_bound_everything_is_carried() {
    TestTask task = task().volume("/v").volume("/v/in").input("/d/a", "").output("/etc/x", "mem:x");

    BindPlan plan = BindPlan.of(task.work(), Set.of("/etc"), List.of("/v"), false);

    assertThat(plan.folders()).isEmpty();
    assertThat(plan.files()).isEmpty();
    assertThat(plan.made()).containsExactly("/d", "/v", "/v/in");
    assertThat(plan.folderOutputs()).containsExactly("/d", "/v");
    assertThat(plan.outputs()).containsExactly("/etc/x");
  }

  @Test
  void wildcards_stand_for_what_is_above_the_first_of_them() {
    assertThat(TaskPaths.folder(wild("/r/a*/b.txt"))).isEqualTo("/r");
    assertThat(TaskPaths.folder(wild("/r/s/[ab]?"))).isEqualTo("/r/s");
    assertThat(TaskPaths.folder(wild("/*"))).isEqualTo("/");
    assertThat(TaskPaths.folder(wild("/r/plain"))).isEqualTo("/r");
    assertThat(TaskPaths.isMany(wild("/r/*"))).isTrue();
  }

  private static Output wild(String path) {
    return new Output(
        Optional.empty(), Optional.empty(), "mem:x", path, Optional.of("/r"), FileType.FILE);
  }

  @Test
  void paths_have_one_spelling_and_end_at_the_root() {
    assertThat(TaskPaths.plain("//a/./b//")).isEqualTo("/a/b");
    assertThat(TaskPaths.plain("/a/../../b")).isEqualTo("/b");
    assertThat(TaskPaths.plain("/")).isEqualTo("/");
    assertThat(TaskPaths.above("/a")).isEqualTo("/");
    assertThat(TaskPaths.above("/")).isEqualTo("/");
  }

  private static TestTask task() {
    return new TestTask(ContainerRuntime.NAME).runs("true");
  }

  private static BindPlan plan(TestTask task, Set<String> occupied) {
    return BindPlan.of(task.work(), occupied, List.of(), true);
  }
}
