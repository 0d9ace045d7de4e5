package org.millrace.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.RunId;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunViewStore.RunEventLine;
import org.millrace.engine.runs.RunViews;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.TaskViews;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;

/**
 * One log of all nodes of a run, in the order in which they began: of each task the executors of
 * its last attempt, standard output and then standard error. Each line says whose it is. Followed,
 * a node is sent when it has ended, and those after it then. Thread-safe.
 */
final class RunLogs {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final int AT_ONCE = 256;

  private final RunViews runs;
  private final TaskViews tasks;
  private final LogShelf shelf;
  private final Pace pace;

  RunLogs(RunViews runs, TaskViews tasks, LogFolder folder, Bell history) {
    this.runs = runs;
    this.tasks = tasks;
    this.shelf = new LogShelf(folder);
    this.pace = new Pace(history, Duration.ofMillis(50), Duration.ofMillis(500));
  }

  Answer ofRun(Exchange exchange) {
    Asked.only(exchange, "follow");
    RunId run = Asked.run(exchange);
    Caller caller = exchange.caller();
    runs.find(run, caller);
    return exchange.query().flag("follow")
        ? Answer.followed(TEXT, out -> follow(run, caller, out))
        : Answer.written(200, TEXT, out -> send(run, 0, caller, false, out))
            .with("Cache-Control", "no-store");
  }

  private void follow(RunId run, Caller caller, OutputStream out)
      throws IOException, InterruptedException {
    long cursor = 0;
    while (true) {
      long heard = pace.bell().rings();
      boolean hasEnded = runs.find(run, caller).run().state().isFinal(); // before the last line
      cursor = send(run, cursor, caller, true, out);
      if (hasEnded) {
        return;
      }
      pace.await(heard);
    }
  }

  /** Sends the logs of nodes that began after a line of history; returns the last line it read. */
  private long send(RunId run, long after, Caller caller, boolean toTheirEnd, OutputStream out)
      throws IOException, InterruptedException {
    long cursor = after;
    List<RunEventLine> lines;
    do {
      lines = runs.history(run, cursor, AT_ONCE, caller);
      for (RunEventLine line : lines) {
        if (line.task().isPresent() && line.state().equals(NodeState.ACTIVE.name())) {
          String node = line.node().orElseThrow().text();
          send(line.task().get(), toTheirEnd, caller, new NodeLines(node, out));
        }
        cursor = line.sequence();
      }
    } while (lines.size() == AT_ONCE);
    return cursor;
  }

  private void send(TaskId task, boolean toItsEnd, Caller caller, NodeLines out)
      throws IOException, InterruptedException {
    if (toItsEnd) {
      awaitEnd(task, caller);
    }
    Optional<TaskView> view = unlessGone(task, caller);
    if (view.isEmpty() || view.get().task().attempt() == 0) {
      return;
    }
    int executors = LogShelf.executors(view.get());
    for (int executor = 0; executor < executors; executor++) {
      for (LogFolder.Stream stream : LogFolder.Stream.values()) {
        var wanted = new LogShelf.Wanted(task, OptionalInt.empty(), OptionalInt.empty(), stream);
        var place = new LogShelf.Place(view.get().task().attempt(), executor);
        shelf.use(place, wanted, view.get(), log -> send(log, out));
        out.endLine();
      }
    }
  }

  private static boolean send(Log log, OutputStream out) throws IOException, InterruptedException {
    LogContent all = LogContent.of(log, OptionalLong.empty());
    all.copy(0, all.size(), out);
    return true;
  }

  private void awaitEnd(TaskId task, Caller caller) throws InterruptedException {
    while (true) {
      long heard = pace.bell().rings();
      if (tasks.glance(task, caller).state().isFinal()) {
        return;
      }
      pace.await(heard);
    }
  }

  /** A task may be removed while its run is read. */
  private Optional<TaskView> unlessGone(TaskId task, Caller caller) {
    try {
      return Optional.of(tasks.find(task, caller));
    } catch (Refusal refusal) {
      if (refusal.failure() instanceof Failure.NotFound) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  /** Puts the name of a node before each line. */
  static final class NodeLines extends OutputStream {
    private final byte[] prefix;
    private final OutputStream out;
    private boolean isInLine;

    NodeLines(String node, OutputStream out) {
      this.prefix = ("[" + node + "] ").getBytes(StandardCharsets.UTF_8);
      this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int end = offset + length;
      for (int from = offset; from < end; ) {
        int next = after(bytes, from, end);
        if (!isInLine) {
          out.write(prefix);
        }
        out.write(bytes, from, next - from);
        isInLine = bytes[next - 1] != '\n';
        from = next;
      }
    }

    /** Past the end of the line, or of the bytes. */
    private static int after(byte[] bytes, int from, int end) {
      for (int at = from; at < end; at++) {
        if (bytes[at] == '\n') {
          return at + 1;
        }
      }
      return end;
    }

    /** What comes next begins a line. */
    void endLine() throws IOException {
      if (isInLine) {
        out.write('\n');
        isInLine = false;
      }
    }
  }
}
