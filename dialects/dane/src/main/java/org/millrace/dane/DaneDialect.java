package org.millrace.dane;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.engine.documents.AssignmentRule;
import org.millrace.engine.documents.Dependencies;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.views.Explain;
import org.millrace.engine.views.ViewStore;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.engine.workers.WorkerTasks;
import org.millrace.engine.workers.WorkerTasks.Named;
import org.millrace.http.ErrorForm;
import org.millrace.http.Face;
import org.millrace.http.FaceRules;
import org.millrace.http.Routes;
import org.millrace.http.signin.OpenTo;
import org.millrace.http.signin.SignIn;

/**
 * DANE's document era and job era under {@code /DANE}, with its Swagger document and page, the page
 * under {@code /manage/}, {@code /health} and {@code /ready}. Thread-safe.
 *
 * <p>Contract: {@code contracts/dane.md 1.4 to 1.6, 1.8}. Slashes at the end and repeated ones do
 * not matter, nor does the content type. What the engine needs of this dialect before there is a
 * face comes from the static methods.
 */
public final class DaneDialect implements Face {
  /** As configuration and tasks name it. */
  public static final String NAME = "dane";

  /** A job is answered when its first tasks are with a queue, or refused by it, or then. */
  private static final Duration TAKEN_UP_WITHIN = Duration.ofSeconds(1);

  private final DaneConfig config;
  private final SignIn signIn;
  private final List<Routes> routes;

  /** The same, whose jobs have no folders of their own. */
  public DaneDialect(
      DaneConfig config,
      Documents documents,
      Explain explain,
      WorkerQueues queues,
      DaneHealth health,
      SignIn signIn,
      InstantSource clock) {
    this(config, Optional.empty(), documents, explain, queues, health, signIn, clock);
  }

  /**
   * A face on these use cases.
   *
   * @param folders where folders of jobs are made; empty: nowhere
   * @param queues of the workers' broker
   * @param signIn the server's; those who say nothing pass it by if {@code dane.http-auth} is open
   * @param clock for how long queues are known
   */
  public DaneDialect(
      DaneConfig config,
      Optional<JobFolders> folders,
      Documents documents,
      Explain explain,
      WorkerQueues queues,
      DaneHealth health,
      SignIn signIn,
      InstantSource clock) {
    this.config = config;
    this.signIn = signIn;
    var known = new KnownQueues(queues, clock);
    var jobs = new JobRoutes(new Jobs(config, folders, documents, TAKEN_UP_WITHIN, clock), health);
    this.routes =
        List.of(
            new DocumentRoutes(config, documents, clock).routes(),
            new TaskRoutes(config, documents, explain, jobs).routes(),
            jobs.routes(),
            new WorkerRoutes(config, documents, known).routes(),
            new DanePages().routes(),
            new ManageRoutes(config, documents.views(), known).routes(),
            health.routes());
  }

  /** How documents get tasks, and which tasks workers ask for. */
  public static Documents.Face documents(DaneConfig config) {
    return new Documents.Face(states(), assignments(config), dependencies());
  }

  /** How tasks of documents are made. */
  public static AssignmentRule assignments(DaneConfig config) {
    return new DaneAssignments(config);
  }

  /** Which tasks a worker named as missing. */
  public static Dependencies dependencies() {
    return new DaneDependencies();
  }

  /** What is told of assigned tasks. */
  public static FaceRule states() {
    return new DaneStates();
  }

  /** What is said to workers, and by them. */
  public static WorkerProtocol protocol(DaneConfig config, DocumentViewStore views) {
    return new DaneProtocol(config, views, new KeyEras(config));
  }

  /** The same of both eras; a key that both use on one exchange is flagged in the log. */
  public static List<WorkerProtocol> protocols(DaneConfig config, DocumentViewStore views) {
    var eras = new KeyEras(config);
    return List.of(new DaneProtocol(config, views, eras), new JobProtocol(config, views, eras));
  }

  /**
   * Finds the tasks that workers of both eras name.
   *
   * @param tasks by their names
   */
  public static WorkerTasks tasks(DaneConfig config, DocumentViewStore views, ViewStore tasks) {
    Space jobs = Jobs.space(config);
    return name ->
        (name.face().equals(DaneProtocol.NAME)
                ? views.latest(config.space(), new EntryId(name.text()))
                : tasks.named(name).flatMap(task -> views.latest(jobs, task)))
            .map(latest -> new Named(latest.task(), latest.attempt()));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Routes> routes() {
    return routes;
  }

  @Override
  public FaceRules rules() {
    return FaceRules.STANDARD.withBodyLimit(config.bodyBytes());
  }

  @Override
  public ErrorForm errors() {
    return new DaneErrors();
  }

  @Override
  public Optional<SignIn> signIn() {
    return switch (config.httpAuth()) {
      case OPEN ->
          Optional.of(new OpenTo(Caller.of(config.owner().name()), signIn, config.networks()));
      case REQUIRED -> Optional.empty(); // the server's
    };
  }
}
