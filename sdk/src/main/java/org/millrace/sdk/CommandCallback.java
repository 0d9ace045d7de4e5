package org.millrace.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets any program be a worker. It is started for each task, reads {@code {"task": {...},
 * "document": {...}}} from its standard input, and writes its answer, such as {@code {"state": 200,
 * "message": "Success"}}, to its standard output. Exit code {@value #TEMPORARY} (EX_TEMPFAIL) puts
 * the task back into the queue; any other but 0, an output that is no answer or too long, and a
 * time-out are answered as 500 with the reason. What it writes to standard error is logged, and its
 * end is part of that reason. When the worker stops, a command under way is killed and its task
 * goes back to the queue, also if the signal that ended the worker ended the command first.
 *
 * @param command the program and its arguments; no shell
 * @param timeLimit how long it may run; then it is killed with what it has started
 * @param outputLimit bytes of standard output
 */
public record CommandCallback(List<String> command, Duration timeLimit, int outputLimit)
    implements Callback {
  /** The exit code that refuses a task. */
  public static final int TEMPORARY = 75;

  /** How long a command may run unless something else is said. */
  public static final Duration USUAL_TIME_LIMIT = Duration.ofDays(1);

  /** How many bytes it may answer unless something else is said. */
  public static final int USUAL_OUTPUT_LIMIT = 1 << 20;

  private static final Logger log = LoggerFactory.getLogger(CommandCallback.class);
  private static final int TAIL = 2_000;
  private static final long AFTERWARDS_SECONDS = 2;

  /** 128 and the numbers of SIGINT and SIGTERM. */
  private static final Set<Integer> TOLD_TO_END = Set.of(130, 143);

  /** Within so long a worker that was told to end as its command was is interrupted. */
  private static final Duration TOLD_TOO = Duration.ofSeconds(1);

  public CommandCallback {
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a command worker needs a command");
    }
    if (!timeLimit.isPositive() || outputLimit <= 0) {
      throw new IllegalArgumentException("time and output of a command must be allowed some");
    }
  }

  /** A command that may run for a day and answer with a megabyte. */
  public static CommandCallback of(String... command) {
    return new CommandCallback(List.of(command), USUAL_TIME_LIMIT, USUAL_OUTPUT_LIMIT);
  }

  @Override
  public Answer work(Task task, Document document, Worker worker) throws InterruptedException {
    return work(task, document, TOLD_TOO);
  }

  Answer work(Task task, Document document, Duration toldToo) throws InterruptedException {
    ObjectNode input = Json.object();
    input.set("task", task.toJson());
    input.set("document", document.toJson());
    return run((Json.write(input) + "\n").getBytes(StandardCharsets.UTF_8), toldToo);
  }

  private Answer run(byte[] input, Duration toldToo) throws InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      return Answer.error("the command cannot be started: " + e.getMessage());
    }
    try {
      Thread.ofVirtual().start(() -> feed(process, input));
      CompletableFuture<byte[]> out =
          reading(() -> first(process.getInputStream(), process, outputLimit));
      CompletableFuture<byte[]> errors = reading(() -> last(process.getErrorStream()));
      if (!process.waitFor(timeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
        return Answer.error("the command ran longer than " + timeLimit + " and was killed");
      }
      if (TOLD_TO_END.contains(process.exitValue())) {
        // A terminal and a supervisor tell worker and command at once. If it is the worker's end
        // too, this is interrupted and the task goes back, instead of being answered as failed.
        Thread.sleep(toldToo);
      }
      return answer(process.exitValue(), read(out), read(errors));
    } finally {
      kill(process);
    }
  }

  private Answer answer(int exit, byte @Nullable [] out, byte @Nullable [] errors) {
    String end = errors == null ? "" : new String(errors, StandardCharsets.UTF_8).strip();
    if (!end.isEmpty()) {
      log.info("{} wrote to standard error: {}", command.getFirst(), end);
    }
    String said = end.isEmpty() ? "" : ": " + end;
    if (out != null && out.length > outputLimit) {
      return Answer.error("the command wrote more than " + outputLimit + " bytes");
    }
    if (exit == TEMPORARY) {
      throw new RefuseTask("the command exited with " + TEMPORARY + said);
    }
    if (exit != 0) {
      return Answer.error("the command exited with " + exit + said);
    }
    if (out == null) {
      return Answer.error("the command ended, but what it started keeps its output open");
    }
    try {
      return Answer.fromJson(new String(out, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Answer.error("the command exited with 0, but " + e.getMessage() + said);
    }
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      log.debug("the command did not read its input to the end: {}", e.getMessage());
    }
  }

  private interface Reading {
    byte[] bytes() throws IOException;
  }

  private static CompletableFuture<byte[]> reading(Reading reading) {
    CompletableFuture<byte[]> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            done.complete(reading.bytes());
          } catch (IOException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /** One byte more than the limit shows that there was too much; then the command is ended. */
  private static byte[] first(InputStream in, Process process, int limit) throws IOException {
    byte[] bytes = in.readNBytes(limit + 1);
    if (bytes.length > limit) {
      kill(process);
    }
    return bytes;
  }

  /** The end of what is read until the stream ends, or is closed because the command was killed. */
  private static byte[] last(InputStream in) {
    byte[] tail = new byte[0];
    byte[] piece = new byte[TAIL];
    try {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        byte[] both = Arrays.copyOf(tail, tail.length + n);
        System.arraycopy(piece, 0, both, tail.length, n);
        tail = Arrays.copyOfRange(both, Math.max(0, both.length - TAIL), both.length);
      }
    } catch (IOException closed) {
      log.debug("standard error of a command was closed: {}", closed.getMessage());
    }
    return tail;
  }

  /** Null if somebody the command left behind still holds the stream. */
  private static byte @Nullable [] read(CompletableFuture<byte[]> stream)
      throws InterruptedException {
    try {
      return stream.get(AFTERWARDS_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new UncheckedIOException(
          "the output of the command cannot be read", (IOException) e.getCause());
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
