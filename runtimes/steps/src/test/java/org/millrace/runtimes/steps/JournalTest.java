package org.millrace.runtimes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.runtimes.steps.Plans.call;
import static org.millrace.runtimes.steps.Plans.get;
import static org.millrace.runtimes.steps.Plans.map;
import static org.millrace.runtimes.steps.Plans.work;

import org.junit.jupiter.api.Test;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.value.Value;
import org.millrace.testkit.runtime.TestAttempt;

/** What is known of the steps of an attempt. */
class JournalTest {
  @Test
  void a_reply_is_read_once_however_often_it_is_referred_to() throws Exception {
    StepsWork work = work(call("a", get("http://h/")));
    TestAttempt attempt = StepsRig.attempt(work);
    new Journal(attempt, work).done("a", map("body", "x"));
    var journal = new Journal(attempt, work);

    Value first = journal.reply("a").orElseThrow();

    assertThat(first).isEqualTo(map("body", "x"));
    assertThat(journal.reply("a").orElseThrow()).isSameAs(first);
    assertThat(journal.reply("b")).isEmpty();
  }
}
