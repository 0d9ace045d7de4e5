package org.millrace.runtimes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.runtimes.steps.Plans.field;
import static org.millrace.runtimes.steps.Plans.get;
import static org.millrace.runtimes.steps.Plans.poll;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Step;
import org.millrace.domain.value.ValuePath;
import org.millrace.engine.services.ServiceClient.Answer;

/** What an answer says of a job, whoever sent it. */
class VerdictTest {
  private static final Step.Poll POLL = poll("wait", "http://h/p");

  private static Answer json(int status, String body) {
    return new Answer(status, Optional.of("application/json"), body, false);
  }

  private static Verdict of(Answer answer) {
    return of(answer, false);
  }

  private static Verdict of(Answer answer, boolean knewBefore) {
    return Verdict.of(POLL, answer, knewBefore, said -> said.replace("hunter2", "***"));
  }

  /** A poll whose words are these, at the field {@code state} or at the top. */
  private static Step.Poll words(ValuePath at, Set<String> going, Set<String> done) {
    return new Step.Poll(
        "wait",
        get("http://h/p"),
        at,
        going,
        done,
        Set.of(),
        Optional.empty(),
        Duration.ofSeconds(1),
        Optional.empty(),
        Duration.ZERO,
        Duration.ofSeconds(1));
  }

  private static Cause over(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Over.class);
    return ((Verdict.Over) verdict).cause();
  }

  private static Cause trouble(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Trouble.class);
    return ((Verdict.Trouble) verdict).cause();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 302, 400, 404, 410, 499})
  void a_word_that_is_known_counts_whatever_the_status_below_500(int status) {
    assertThat(of(json(status, "{\"status\": \"progress\"}"))).isEqualTo(new Verdict.Going());
    assertThat(of(json(status, "{\"status\": \" complete\\n\"}"), true))
        .isInstanceOf(Verdict.Done.class);
    assertThat(over(of(json(status, "{\"status\": \"error\"}"))).code()).isEqualTo("job-failed");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 599})
  void from_500_on_the_service_is_in_trouble_whatever_it_says_of_the_job(int status) {
    Cause why = trouble(of(json(status, "{\"status\": \"complete\"}"), true));

    assertThat(why.code()).isEqualTo("status-not-accepted");
    assertThat(why.byCaller()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"404, true", "410, true", "404, false", "410, false", "403, true", "304, true"})
  void only_who_knew_of_a_job_before_and_finds_none_now_has_forgotten_it(
      int status, boolean knewBefore) {
    boolean forgot = knewBefore && (status == 404 || status == 410);
    for (String body : List.of("{}", "{\"status\": \"no such job\"}", "{\"status\": ")) {
      Verdict verdict = of(json(status, body), knewBefore);

      if (forgot) {
        assertThat(over(verdict).code()).isEqualTo("job-forgotten");
        assertThat(over(verdict).message()).endsWith("now answers " + status);
      } else {
        assertThat(trouble(verdict).code()).isEqualTo("status-not-accepted");
      }
    }
  }

  @Test
  void words_may_be_numbers_or_true_and_false() {
    Step.Poll numbers = words(field("state"), Set.of("1"), Set.of("0"));
    Step.Poll truths = words(field("done"), Set.of("false"), Set.of("true"));

    assertThat(Verdict.of(numbers, json(200, "{\"state\": 1}"), false, said -> said))
        .isEqualTo(new Verdict.Going());
    assertThat(Verdict.of(numbers, json(200, "{\"state\": 0}"), false, said -> said))
        .isInstanceOf(Verdict.Done.class);
    assertThat(over(Verdict.of(numbers, json(200, "{\"state\": 1.0}"), false, said -> said)).code())
        .as("as it is written, not what it is worth")
        .isEqualTo("word-unknown");
    assertThat(Verdict.of(truths, json(200, "{\"done\": false}"), false, said -> said))
        .isEqualTo(new Verdict.Going());
    assertThat(Verdict.of(truths, json(200, "{\"done\": true}"), false, said -> said))
        .isInstanceOf(Verdict.Done.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"status\": null}",
        "{\"status\": []}",
        "{\"status\": {\"status\": \"complete\"}}",
        "{\"status\": \"\"}",
        "{\"status\": \" \\n\"}",
        "[\"complete\"]",
        "\"complete\"",
        ""
      })
  void where_no_word_stands_a_later_answer_may_have_one(String body) {
    Cause why = trouble(of(json(200, body)));

    assertThat(why.code()).isEqualTo("reply-unreadable");
    assertThat(why.message()).contains("there is no word at .status");
  }

  @Test
  void an_answer_without_the_word_is_shown_without_secrets() {
    assertThat(trouble(of(json(200, "{\"key\": \"hunter2\"}"))).message())
        .contains("it begins: {\"key\": \"***\"}");
    assertThat(trouble(of(json(200, "{\"key\": \"hunter2\""))).message())
        .contains("is none that can be read")
        .contains("***")
        .doesNotContain("hunter2");
    assertThat(over(of(json(200, "{\"status\": \"hunter2\"}"))).message())
        .contains("'***'")
        .doesNotContain("hunter2");
    assertThat(
            over(of(json(200, "{\"status\": \"error\", \"message\": \"no hunter2\"}"))).message())
        .isEqualTo("the job failed: no ***");
    assertThat(trouble(of(json(403, "hunter2"))).message()).endsWith("403: ***");
  }

  @Test
  void a_word_that_is_to_be_the_whole_answer_is_missed_at_the_top() {
    Step.Poll plain = words(new ValuePath(List.of()), Set.of(), Set.of("DONE"));

    assertThat(
            trouble(Verdict.of(plain, json(200, "{\"DONE\": true}"), false, said -> said))
                .message())
        .contains("there is no word at the top; it begins: {\"DONE\": true}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "[\"why\"]", "{\"why\": 1}", "true", "null", "\"\"", "\" \\n\""})
  void a_reason_that_is_no_text_is_none(String message) {
    Cause why = over(of(json(200, "{\"status\": \"error\", \"message\": " + message + "}")));

    assertThat(why.message()).isEqualTo("the job failed, and the service does not say why");
    assertThat(why.byCaller()).isTrue();
  }

  @Test
  void an_answer_that_was_cut_is_no_answer_however_it_begins() {
    var cut = new Answer(500, Optional.of("text/plain"), "complete", true);

    assertThat(over(of(cut)).code()).isEqualTo("reply-too-large");
  }
}
