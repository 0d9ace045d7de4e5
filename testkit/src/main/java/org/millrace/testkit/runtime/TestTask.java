package org.millrace.testkit.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.SmallFile;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Progress;
import org.millrace.testkit.Fixtures;

/**
 * A task as a test wants it, and its first attempt as a runtime is told of it. Each method that
 * returns it adds what its name says; those after {@link #runs} change the executor added last.
 */
public final class TestTask implements AttemptOrder {
  /** Where its handle means something. */
  public static final String SITE = "test-host";

  private final RuntimeName runtime;
  private final TaskId id;
  private final List<ExecutorSpec> executors = new ArrayList<>();
  private final List<Input> inputs = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();
  private final List<String> volumes = new ArrayList<>();
  private final Map<String, SmallFile> reads = new LinkedHashMap<>();
  private Resources resources = Resources.NONE;
  private Progress progress = Progress.NONE;

  /** The inputs that were told last. */
  public final List<StoredFile> staged = new ArrayList<>();

  public TestTask(RuntimeName runtime) {
    this(runtime, new TaskId("t" + UUID.randomUUID().toString().substring(0, 13)));
  }

  public TestTask(RuntimeName runtime, TaskId id) {
    this.runtime = runtime;
    this.id = id;
  }

  /** An executor that runs a command. */
  public TestTask runs(String... command) {
    executors.add(Fixtures.anExecutor(command));
    return this;
  }

  /** An executor that runs a line of shell. */
  public TestTask shell(String line) {
    return runs("sh", "-c", line);
  }

  /** Whom staging tells how far it is. */
  public TestTask telling(Progress listener) {
    progress = listener;
    return this;
  }

  /** Changes the executor added last. */
  public TestTask in(String workdir) {
    return change(it -> it.workdir = Optional.of(workdir));
  }

  public TestTask image(String name) {
    return change(it -> it.image = name);
  }

  public TestTask from(String stdin) {
    return change(it -> it.stdin = Optional.of(stdin));
  }

  public TestTask to(String stdout) {
    return change(it -> it.stdout = Optional.of(stdout));
  }

  public TestTask errorsTo(String stderr) {
    return change(it -> it.stderr = Optional.of(stderr));
  }

  public TestTask with(String variable, String value) {
    return change(it -> it.env.put(variable, value));
  }

  public TestTask ignoringErrors() {
    return change(it -> it.ignoreError = true);
  }

  public TestTask input(String path, String content) {
    return input(new Input.Content(content), path, FileType.FILE);
  }

  public TestTask fetch(String url, String path) {
    return input(new Input.Location(url), path, FileType.FILE);
  }

  public TestTask fetchFolder(String url, String path) {
    return input(new Input.Location(url), path, FileType.DIRECTORY);
  }

  private TestTask input(Input.Source source, String path, FileType type) {
    inputs.add(new Input(Optional.empty(), Optional.empty(), source, path, type, Optional.empty()));
    return this;
  }

  public TestTask output(String path, String url) {
    return output(path, url, FileType.FILE);
  }

  public TestTask outputFolder(String path, String url) {
    return output(path, url, FileType.DIRECTORY);
  }

  private TestTask output(String path, String url, FileType type) {
    outputs.add(new Output(Optional.empty(), Optional.empty(), url, path, Optional.empty(), type));
    return this;
  }

  /** A small file that others are to have. */
  public TestTask reads(String name, String path, SmallFile.Form form) {
    reads.put(name, new SmallFile(path, form));
    return this;
  }

  public TestTask volume(String path) {
    volumes.add(path);
    return this;
  }

  public TestTask asks(int cores, double gigabytes) {
    resources =
        new Resources(
            Optional.of(cores),
            Optional.of(gigabytes),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of(),
            Optional.empty());
    return this;
  }

  public ContainerWork work() {
    return new ContainerWork(executors, inputs, outputs, volumes, reads);
  }

  @Override
  public TaskId task() {
    return id;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public Handle handle() {
    return Handle.of(runtime, SITE, id, attempt());
  }

  @Override
  public TaskSpec spec() {
    TaskSpec plain = Fixtures.aSpec();
    return new TaskSpec(
        plain.owner(),
        plain.dialect(),
        plain.name(),
        plain.description(),
        plain.tags(),
        plain.priority(),
        work(),
        resources,
        plain.retry(),
        plain.limits(),
        plain.notes());
  }

  @Override
  public Instant dueAt() {
    return Instant.MAX;
  }

  @Override
  public Optional<Instant> startedAt() {
    return Optional.empty();
  }

  @Override
  public Optional<String> checkpoint(String key) {
    return Optional.empty();
  }

  @Override
  public void checkpoint(String key, String value) {
    throw new AssertionError("runtimes of a host keep their facts in files");
  }

  @Override
  public void inputsStaged(List<StoredFile> files) {
    staged.clear();
    staged.addAll(files);
  }

  @Override
  public void note(String line) {
    throw new AssertionError("notes are collected");
  }

  @Override
  public Progress progress() {
    return progress;
  }

  private TestTask change(Consumer<Draft> change) {
    var draft = new Draft(executors.removeLast());
    change.accept(draft);
    executors.add(draft.done());
    return this;
  }

  /** An executor with parts to be exchanged. */
  private static final class Draft {
    private final ExecutorSpec old;
    private String image;
    private Optional<String> workdir;
    private Optional<String> stdin;
    private Optional<String> stdout;
    private Optional<String> stderr;
    private final Map<String, String> env;
    private boolean ignoreError;

    Draft(ExecutorSpec old) {
      this.old = old;
      image = old.image();
      workdir = old.workdir();
      stdin = old.stdin();
      stdout = old.stdout();
      stderr = old.stderr();
      env = new LinkedHashMap<>(old.env());
      ignoreError = old.ignoreError();
    }

    ExecutorSpec done() {
      return new ExecutorSpec(
          image, old.command(), workdir, stdin, stdout, stderr, env, ignoreError);
    }
  }
}
