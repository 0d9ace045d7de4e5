package org.millrace.runtimes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.runtimes.steps.Plans.call;
import static org.millrace.runtimes.steps.Plans.get;
import static org.millrace.runtimes.steps.Plans.map;
import static org.millrace.runtimes.steps.Plans.work;

import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.value.Value;
import org.millrace.testkit.runtime.TestAttempt;

/** What is known of the steps of an attempt, and what if that was damaged. */
class JournalTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final StepsWork work = work(call("a", get("http://h/")), call("b", get("http://h/")));
  private final TestAttempt attempt = StepsRig.attempt(work);

  /** As the next server reads it. */
  private Journal journal() {
    return new Journal(attempt, work);
  }

  @Test
  void a_reply_is_read_once_however_often_it_is_referred_to() throws Exception {
    journal().done("a", map("body", "x"));
    Journal journal = journal();

    Value first = journal.reply("a").orElseThrow();

    assertThat(first).isEqualTo(map("body", "x"));
    assertThat(journal.reply("a").orElseThrow()).isSameAs(first);
    assertThat(journal.reply("b")).isEmpty();
  }

  @Test
  void a_failure_is_told_to_the_next_server_as_it_was() throws Exception {
    for (Cause why :
        new Cause[] {
          Cause.ofCaller("job-failed", "no \"such\"\ncolumn", ""),
          new Cause("peer-silent", "nothing within 5 s", "look at the peer")
        }) {
      journal().failed(why);

      assertThat(journal().failure()).contains(why);
      assertThat(journal().isOver()).isTrue();
    }
  }

  @Test
  void it_is_over_with_the_last_reply_or_with_a_failure_and_not_before() throws Exception {
    journal().begin("a", NOON);
    journal().done("a", map());
    assertThat(journal().isOver()).isFalse();
    assertThat(journal().left()).isEqualTo(map("steps", map("a", map())));

    journal().done("b", map());

    assertThat(journal().isOver()).isTrue();
  }

  @Test
  void the_first_time_that_a_job_was_asked_for_stays() throws Exception {
    assertThat(journal().asked("a", NOON)).isEqualTo(NOON);
    assertThat(journal().asked("a", NOON.plusSeconds(9))).isEqualTo(NOON);
    assertThat(journal().asked("b", NOON.plusSeconds(9))).isEqualTo(NOON.plusSeconds(9));
  }

  // --- damage ---

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"status\": 20", "{} {}", "no json", "{\"status\": 0x10}"})
  void a_reply_that_was_damaged_is_no_reply_and_not_made_up(String damaged) {
    attempt.checkpoints().put("reply:a", damaged);

    assertThatThrownBy(() -> journal().reply("a"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a checkpoint of steps was altered");
    assertThat(journal().isDone("a")).as("it was done, and is not done again").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[]", "\"job-failed\"", "null", "{}", "{\"code\": 7, \"byCaller\": \"true\"}"})
  void a_failure_of_which_only_a_shape_is_left_is_a_failure_and_nobodys_fault(String damaged) {
    attempt.checkpoints().put("failure", damaged);

    assertThat(journal().isOver()).isTrue();
    assertThat(journal().failure()).contains(new Cause("", "", ""));
  }

  @Test
  void a_failure_of_which_a_part_is_left_tells_that_part() {
    attempt
        .checkpoints()
        .put("failure", "{\"code\": \"job-failed\", \"message\": [], \"byCaller\": true}");

    assertThat(journal().failure()).contains(Cause.ofCaller("job-failed", "", ""));
  }

  @Test
  void a_time_that_was_damaged_is_not_taken_for_now() {
    attempt.checkpoints().put("asked:a", "yesterday");

    assertThatThrownBy(() -> journal().asked("a", NOON)).isInstanceOf(DateTimeException.class);
  }
}
