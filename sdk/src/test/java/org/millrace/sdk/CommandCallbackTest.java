package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs as workers. */
class CommandCallbackTest {
  private static final Document DOCUMENT =
      Document.of(Target.of("T1T", "u", TargetType.TEXT), Creator.of("C", AgentType.HUMAN));
  private static final Worker NONE =
      Worker.named("q")
          .bindingKey("#")
          .noApi()
          .generator(new Generator("x", AgentType.SOFTWARE, "x", "x"))
          .callback((_, _, _) -> null)
          .build();

  private static Answer answer(String script) throws Exception {
    return CommandCallback.of("sh", "-c", script).work(Task.of("A").with("n", 5), DOCUMENT, NONE);
  }

  @Test
  void a_command_reads_task_and_document_and_writes_its_answer() throws Exception {
    Answer answer =
        answer(
            "read -r line; printf '{\"state\": 200, \"message\": \"ok\", \"in\": %s}' \"$line\"");
    assertThat(answer.state()).isEqualTo(200);
    assertThat(Task.fromJson(answer.more().path("in").path("task")))
        .isEqualTo(Task.of("A").with("n", 5));
    assertThat(Document.fromJson(answer.more().path("in").path("document"))).isEqualTo(DOCUMENT);
  }

  @Test
  void a_command_need_not_read_its_input() throws Exception {
    String huge = "x".repeat(1 << 20);
    Answer answer =
        CommandCallback.of("sh", "-c", "echo '{\"state\": 404, \"message\": \"none\"}'")
            .work(Task.of("A").with("huge", huge), DOCUMENT, NONE);
    assertThat(answer).isEqualTo(Answer.of(404, "none"));
  }

  @Test
  void whatever_is_no_answer_becomes_an_error_that_says_why() throws Exception {
    assertThat(answer("echo broken >&2; exit 3"))
        .isEqualTo(Answer.error("the command exited with 3: broken"));
    assertThat(answer("exit 1").message()).isEqualTo("the command exited with 1");
    assertThat(answer("echo garbage").message())
        .startsWith("the command exited with 0, but the answer is not JSON");
    assertThat(answer("echo '{\"state\": 200}'").message()).contains("`state` and `message`");
    assertThat(answer("true").message()).contains("not JSON");
    assertThat(answer("kill -9 $$").message()).isEqualTo("the command exited with 137");
    assertThat(CommandCallback.of("/no/such/program").work(Task.of("A"), DOCUMENT, NONE).message())
        .contains("cannot be started")
        .contains("/no/such/program");
  }

  @Test
  void exit_code_75_puts_the_task_back() {
    assertThatThrownBy(() -> answer("echo disk full >&2; exit 75"))
        .isInstanceOf(RefuseTask.class)
        .hasMessageContaining("disk full");
  }

  @Test
  void output_and_time_are_bounded() throws Exception {
    Answer tooLong =
        new CommandCallback(List.of("sh", "-c", "yes"), Duration.ofMinutes(1), 1000)
            .work(Task.of("A"), DOCUMENT, NONE);
    assertThat(tooLong.message()).isEqualTo("the command wrote more than 1000 bytes");
    Answer tooSlow =
        new CommandCallback(List.of("sh", "-c", "sleep 600 & wait"), Duration.ofMillis(200), 1000)
            .work(Task.of("A"), DOCUMENT, NONE);
    assertThat(tooSlow.message()).contains("longer than PT0.2S");
    assertThat(answer("yes x | head -c 100000 >&2; exit 1").message().length()).isLessThan(2100);
  }

  @Test
  void what_a_command_leaves_behind_does_not_hold_the_answer() throws Exception {
    Answer answer = answer("echo '{\"state\": 200, \"message\": \"ok\"}'; sleep 5 & ");
    assertThat(answer.message())
        .isIn("ok", "the command ended, but what it started keeps its output open");
  }

  @Test
  void an_interrupted_command_is_killed_with_what_it_started(@TempDir Path temp) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Path mark = temp.resolve("pid");
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                answer(
                    "sleep 600 & echo $! > "
                        + mark
                        + ".new; mv "
                        + mark
                        + ".new "
                        + mark
                        + "; wait");
              } catch (Exception e) {
                ended.countDown();
              }
            });
    while (!Files.exists(mark)) {
      Thread.onSpinWait();
    }
    long sleeper = Long.parseLong(Files.readString(mark).strip());
    thread.interrupt();
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    ProcessHandle.of(sleeper)
        .ifPresent(left -> left.onExit().orTimeout(30, TimeUnit.SECONDS).join());
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void a_command_that_is_told_to_end_with_its_worker_leaves_its_task_to_others(@TempDir Path temp)
      throws Exception {
    assertThat(answer("exit 130").message()).isEqualTo("the command exited with 130");

    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Path dying = temp.resolve("dying");
    var command =
        CommandCallback.of(
            "sh",
            "-c",
            "echo $$ > " + dying + ".new; mv " + dying + ".new " + dying + "; kill -TERM $$");
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                Answer answer = command.work(Task.of("A"), DOCUMENT, Duration.ofMinutes(2));
                thrown.completeExceptionally(new AssertionError("it answered " + answer));
              } catch (Exception e) {
                thrown.complete(e);
              }
            });
    while (!Files.exists(dying)) {
      Thread.sleep(10);
    }
    ProcessHandle.of(Long.parseLong(Files.readString(dying).strip()))
        .ifPresent(process -> process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    thread.interrupt();
    assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void a_command_needs_words_and_limits() {
    assertThatThrownBy(CommandCallback::of).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CommandCallback(List.of("a"), Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CommandCallback(List.of("a"), Duration.ofDays(1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
