package org.millrace.dane;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AskAgain;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentRunStore.Registered;
import org.millrace.engine.documents.DocumentRuns;
import org.millrace.engine.documents.DocumentRuns.Fresh;
import org.millrace.engine.documents.DocumentRuns.FreshTask;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.Except;
import org.millrace.engine.documents.Documents;

/**
 * What clients do with jobs ({@code contracts/dane.md 1.6}): a job is a document of a space of its
 * own, its tasks are nodes of a run. Thread-safe.
 */
final class Jobs {
  private static final String OTHER_URL =
      "This source_id is used with a different source_url by another job";

  /** Of jobs and tasks, however many databases the name of the space stands for. */
  private static final String SPACE_OF_JOBS = ".jobs";

  /** Most characters of a space that one of jobs can be named after. */
  static final int LONGEST_SPACE = Space.LONGEST - SPACE_OF_JOBS.length();

  private final DaneConfig config;
  private final Space space;
  private final Optional<JobFolders> folders;
  private final DocumentRuns runs;
  private final AskAgain askAgain;
  private final DocumentViewStore views;
  private final Duration patience;
  private final InstantSource clock;

  /**
   * Makes them.
   *
   * @param patience with tasks that are to be taken up, before a request is answered
   */
  Jobs(
      DaneConfig config,
      Optional<JobFolders> folders,
      Documents documents,
      Duration patience,
      InstantSource clock) {
    this.config = config;
    this.space = space(config);
    this.folders = folders;
    this.runs = documents.runs();
    this.askAgain = documents.askAgain();
    this.views = documents.views();
    this.patience = patience;
    this.clock = clock;
  }

  /** Whom jobs belong to. */
  static Space space(DaneConfig config) {
    return new Space(config.space().name() + SPACE_OF_JOBS);
  }

  /** A job with its tasks, in their order. */
  record Shown(Job job, List<JobTask> tasks) {
    public Shown {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * Takes a job in and has it begun. When it returns, the job survives any crash; what a crash cuts
   * off before is not there at all, but for its folders and the numbers that it took.
   *
   * @throws JobRefused if another job of the source lies elsewhere
   */
  Shown register(GivenJob given) throws InterruptedException {
    views.documentsOf(space, given.sourceId(), Optional.empty(), 1).stream()
        .filter(other -> !isOfSameSource(other, given))
        .findFirst()
        .ifPresent(_ -> {
          throw JobRefused.unfit(OTHER_URL);
        });
    Map<String, Value> response = new LinkedHashMap<>(given.response().values());
    folders.ifPresent(
        roots -> response.put(JobResponse.SHARED, roots.of(given.sourceId(), given.sourceUrl())));
    Job job = numbered(given, new Value.Fields(response));
    switch (runs.register(fresh(job))) {
      case Registered.Stored() -> {
        Shown fresh = find(job.number()).orElseThrow(Requests::notFound);
        await(turn(fresh));
      }
      case Registered.Disagrees _ -> throw JobRefused.unfit(OTHER_URL);
    }
    return find(job.number()).orElseThrow(Requests::notFound);
  }

  private static boolean isOfSameSource(Document other, GivenJob given) {
    return Job.sourceUrl(other).equals(given.sourceUrl());
  }

  private Job numbered(GivenJob given, Value.Fields response) {
    int tasks = (int) given.tree().leaves().count();
    JobTree tree =
        tasks == 0 ? given.tree() : given.tree().numbered(runs.take(JobNumbers.TASKS, tasks));
    return new Job(
        runs.take(JobNumbers.JOBS, 1),
        given.sourceUrl(),
        given.sourceId(),
        tree,
        given.metadata(),
        given.priority(),
        response);
  }

  private Fresh fresh(Job job) {
    return new Fresh(
        job.document(space, clock.instant()),
        other -> Job.sourceUrl(other).equals(job.sourceUrl()),
        job.tree().leaves().map(leaf -> fresh(leaf, job)).toList(),
        JobNumbers.run(job.number()),
        tasks -> JobPlan.of(job, config.owner(), tasks));
  }

  private FreshTask fresh(JobTree.Leaf leaf, Job job) {
    var spec =
        new TaskSpec(
            config.owner(),
            DaneDialect.NAME,
            Optional.of(leaf.key()),
            Optional.empty(),
            Map.of(),
            PythonInt.clamped(job.priority(), 0, 10).orElse(1),
            JobTask.work(leaf, job.number()),
            Resources.NONE,
            config.retry(),
            TimeLimits.NONE,
            List.of());
    return new FreshTask(
        spec, JobTask.keyWithin(leaf), JobNumbers.task(leaf.number()), JobStates.CREATED);
  }

  /** A job as it stands. */
  Optional<Shown> find(long number) {
    return views
        .document(space, Job.id(number))
        .map(document -> new Shown(Job.of(document), tasks(views, document)));
  }

  /** Tasks of a job, in their order. */
  static List<JobTask> tasks(DocumentViewStore views, Document job) {
    List<JobTask> tasks = new ArrayList<>();
    each(views, job).forEachRemaining(task -> tasks.add(JobTask.of(task)));
    return tasks;
  }

  /** The same, read when somebody comes to them. */
  static Iterator<AssignedTask> each(DocumentViewStore views, Document job) {
    return Pages.of((last, most) ->
        views.tasksOf(job.space(), job.id(), last.map(AssignedTask::sequence).orElse(0L), most));
  }

  /** A task. */
  Optional<JobTask> task(long number) {
    return assigned(number).map(JobTask::of);
  }

  /** The same as the engine knows it. */
  Optional<AssignedTask> assigned(long number) {
    return runs.named(JobNumbers.task(number)).filter(task -> task.entry().space().equals(space));
  }

  /**
   * Has those tasks done again whose turn it is and that failed or were reset ({@code
   * contracts/dane.md 4.5}).
   */
  Optional<Shown> retry(long number, String who) throws InterruptedException {
    Optional<Shown> job = find(number);
    if (job.isPresent()) {
      List<JobTask> turn = turn(job.get());
      turn.forEach(task -> ask(task.number(), Asking.RETRY.by(who)));
      await(turn);
    }
    return find(number);
  }

  /** Has a task done again, whatever it does, and whether or not its turn has come. */
  Optional<JobTask> force(long number, String who) throws InterruptedException {
    Optional<AssignedTask> task = ask(number, Asking.FORCE_RETRY.by(who));
    if (task.isPresent()) {
      await(task.map(JobTask::of).stream().toList());
    }
    return task(number);
  }

  /**
   * Lets a task begin anew when somebody asks for it, or its job is retried, or another task of the
   * job is done.
   */
  Optional<JobTask> reset(long number, String who) {
    ask(number, Asking.laterBy(who));
    return task(number);
  }

  private Optional<AssignedTask> ask(long number, AskAgain.Request request) {
    Optional<AssignedTask> task = assigned(number);
    task.ifPresent(found -> askAgain.ask(space, found.entry().id(), request));
    return task;
  }

  private static List<JobTask> turn(Shown shown) {
    Map<Long, JobTask> byNumber = new LinkedHashMap<>();
    shown.tasks().forEach(task -> byNumber.put(task.number(), task));
    return shown
        .job()
        .tree()
        .next(task -> Optional.ofNullable(byNumber.get(task)).filter(t -> !t.isDone()).isEmpty())
        .stream()
        .map(leaf -> byNumber.get(leaf.number()))
        .toList();
  }

  /** So that the answer tells whether a queue took them, as the original's does. */
  private void await(List<JobTask> tasks) throws InterruptedException {
    List<TaskId> ids = tasks.stream().map(JobTask::id).toList();
    runs.awaitTakenUp(ids, patience);
  }

  /** False if there was none. */
  boolean delete(long number, String who) {
    return runs.delete(space, Job.id(number), JobNumbers.run(number), who);
  }

  /** Numbers of the jobs of a source. */
  List<Long> ofSource(String sourceId) {
    List<Long> numbers = new ArrayList<>();
    Pages.<Document>of(
            (last, most) -> views.documentsOf(space, sourceId, last.map(Document::targetId), most))
        .forEachRemaining(document -> numbers.add(Long.parseLong(document.targetId())));
    return numbers;
  }

  /** Numbers of the jobs with a task that is not done. */
  SortedSet<Long> inProgress() {
    var except = new Except(space, Optional.empty(), Set.of(DaneAnswer.SUCCESS));
    SortedSet<Long> numbers = new TreeSet<>();
    TasksExcept.all(views, except).forEachRemaining(task -> numbers.add(JobTask.of(task).job()));
    return numbers;
  }
}
