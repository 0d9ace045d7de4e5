package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.attempt.Progress;
import org.millrace.runtimes.local.ControlGroups.SlotLimits;
import org.millrace.runtimes.local.Slots.Taken;

@Timeout(30)
final class SlotsTest {
  private static final SlotLimits LIMITS = new SlotLimits(1, 1 << 20, 100);

  @TempDir Path temp;

  @Test
  void each_attempt_has_a_slot_of_its_own_and_keeps_it() throws Exception {
    Slots slots = new Slots(new NoGroups("none here"), 2, List.of());

    assertThat(slots.take(attempt("a"), LIMITS, 1, Progress.NONE)).isEqualTo(new Taken(0, false));
    assertThat(slots.take(attempt("b"), LIMITS, 1, Progress.NONE)).isEqualTo(new Taken(1, false));
    assertThat(slots.take(attempt("a"), LIMITS, 1, Progress.NONE)).isEqualTo(new Taken(0, false));
    assertThat(slots.words(attempt("a"), 0)).isEqualTo(SlotWords.NONE);
  }

  private record Heard(List<String> told, CountDownLatch waits) implements Progress {
    @Override
    public void held(Cause cause) {
      told.add(cause.help());
      waits.countDown();
    }

    @Override
    public void free() {
      told.add("free");
    }

    @Override
    public void file(String label, long expectedBytes) {}

    @Override
    public void moved(long bytes) {}
  }

  @Test
  void who_finds_all_taken_waits_until_one_is_free() throws Exception {
    Slots slots = new Slots(new NoGroups("none here"), 1, List.of());
    slots.take(attempt("a"), LIMITS, 1, Progress.NONE);
    List<Taken> got = new ArrayList<>();
    var waits = new CountDownLatch(1);
    List<String> told = new CopyOnWriteArrayList<>();
    var heard = new Heard(told, waits);
    Thread second =
        Thread.ofVirtual()
            .start(() -> {
              try {
                got.add(slots.take(attempt("b"), LIMITS, 1, heard));
              } catch (IOException | InterruptedException failed) {
                throw new AssertionError(failed);
              }
            });
    waits.await();
    assertThat(got).isEmpty();
    assertThat(told).containsExactly("wait, or raise sandbox.slots");

    slots.free(attempt("a"));
    slots.free(attempt("a")); // gives nothing twice
    second.join();

    assertThat(got).containsExactly(new Taken(0, false));
    assertThat(told).containsExactly("wait, or raise sandbox.slots", "free");
    assertThat(slots.take(attempt("b"), LIMITS, 1, Progress.NONE)).isEqualTo(new Taken(0, false));
  }

  @Test
  void a_server_that_starts_anew_takes_no_slot_from_what_still_runs() throws Exception {
    Slots slots =
        new Slots(
            new NoGroups("none here"),
            2,
            List.of(prepared("old", 0), prepared("older", 7), attempt("half")));

    assertThat(slots.count(attempt("old"))).isTrue();
    assertThat(slots.take(attempt("new"), LIMITS, 1, Progress.NONE).slot()).isEqualTo(1);
    slots.free(
        attempt("older")); // of a configuration with more slots: there is no such one any more
    slots.free(attempt("old"));
    assertThat(slots.take(attempt("newer"), LIMITS, 1, Progress.NONE).slot()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#",
        "# 0",
        "# x true b\n",
        "# 99999999999 true b\n",
        "# 0 true\n",
        "\0\0\0\0"
      })
  void a_script_that_a_power_failure_damaged_takes_no_slot(String text) throws Exception {
    AttemptFolder damaged = prepared("damaged", 0);
    Files.writeString(damaged.script(), text);

    Slots slots = new Slots(new NoGroups("none here"), 1, List.of(damaged));

    assertThat(damaged.isPrepared()).isFalse();
    assertThat(slots.take(attempt("new"), LIMITS, 1, Progress.NONE)).isEqualTo(new Taken(0, false));
  }

  @Test
  void a_script_that_is_no_file_takes_none_either() throws Exception {
    AttemptFolder odd = attempt("odd");
    Files.createDirectories(odd.script());

    assertThat(odd.isPrepared()).isFalse();
    assertThat(new Slots(new NoGroups("none here"), 1, List.of(odd)).count(odd)).isFalse();
  }

  @Test
  void groups_that_refuse_are_done_without_and_said_to_be() throws Exception {
    AttemptFolder attempt = attempt("a");
    Files.createDirectory(attempt.folder());
    Slots slots = new Slots(new GroupsV2(temp.resolve("not/there")), 1, List.of());

    assertThat(slots.take(attempt, LIMITS, 1, Progress.NONE)).isEqualTo(new Taken(0, false));
    assertThat(attempt.notesFile())
        .content()
        .startsWith("control groups refused, nothing was limited");
  }

  private AttemptFolder prepared(String name, int slot) throws IOException {
    AttemptFolder attempt = attempt(name);
    Files.createDirectory(attempt.folder());
    attempt.markPrepared("end ran\n", new Taken(slot, true), List.of());
    return attempt;
  }

  private AttemptFolder attempt(String name) {
    return new AttemptFolder(temp.resolve(name));
  }
}
