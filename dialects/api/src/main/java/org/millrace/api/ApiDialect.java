package org.millrace.api;

import java.util.List;
import org.millrace.api.graph.GraphRoom;
import org.millrace.engine.Engine;
import org.millrace.engine.documents.DeadLetterStore;
import org.millrace.engine.views.LogFolder;
import org.millrace.http.Access;
import org.millrace.http.Face;
import org.millrace.http.FaceRules;
import org.millrace.http.Routes;

/** The native API of Millrace, described by {@code /api/v1/openapi.json}. Thread-safe. */
public final class ApiDialect implements Face {
  private static final String BASE = "/api/v1";

  /** Graphs may be long; no other request of this face has a body that matters. */
  private static final long BODY_LIMIT = 256 << 20;

  private final TaskRoutes tasks;
  private final LogRoutes logs;
  private final EventRoutes events;
  private final SiteRoutes site;
  private final DeadLetterRoutes deadLetters;
  private final RunSubmission submission;
  private final RunRoutes runs;
  private final RunEvents runEvents;
  private final RunLogs runLogs;

  /**
   * Speaks for an engine.
   *
   * @param letters answers of workers that came to nothing
   * @param logFolder where the full streams of executors are on this host
   * @param version of this server, as shown by {@code /version}
   */
  public ApiDialect(Engine engine, DeadLetterStore letters, LogFolder logFolder, String version) {
    tasks = new TaskRoutes(engine.views(), engine.cancelTask(), engine.explain(), engine.staging());
    logs = new LogRoutes(engine.views(), logFolder, engine.news().history());
    events = new EventRoutes(engine.views(), engine.staging(), engine.news().history());
    site = new SiteRoutes(engine.runtimes(), engine.lanes(), engine.views(), version);
    deadLetters = new DeadLetterRoutes(letters);
    submission = new RunSubmission(engine.runs().submit(), GraphRoom.ofThisProcess());
    runs = new RunRoutes(engine.runs());
    runEvents = new RunEvents(engine.runs().views(), engine.news().history());
    runLogs =
        new RunLogs(engine.runs().views(), engine.views(), logFolder, engine.news().history());
  }

  @Override
  public String name() {
    return "api";
  }

  @Override
  public FaceRules rules() {
    return FaceRules.STANDARD.withBodyLimit(BODY_LIMIT);
  }

  @Override
  public List<Routes> routes() {
    return List.of(
        Routes.under(BASE)
            .get("/tasks", tasks::list)
            .get("/tasks/{id}", tasks::show)
            .post("/tasks/{id}/cancel", tasks::cancel)
            .get("/tasks/{id}/explain", tasks::explain)
            .get("/tasks/{id}/attempts/{attempt}/executors/{executor}/{stream}", logs::ofExecutor)
            .get("/tasks/{id}/logs/{stream}", logs::latest)
            .get("/tasks/{id}/events", events::ofTask)
            .get("/events", events::all)
            .post("/runs", submission::submit)
            .post("/runs/validate", submission::validate)
            .get("/runs", runs::list)
            .get("/runs/{id}", runs::show)
            .get("/runs/{id}/nodes", runs::nodes)
            .get("/runs/{id}/nodes/{key}", runs::node)
            .get("/runs/{id}/nodes/{key}/explain", runs::explainNode)
            .post("/runs/{id}/cancel", runs::cancel)
            .post("/runs/{id}/pause", runs::pause)
            .post("/runs/{id}/resume", runs::resume)
            .post("/runs/{id}/rerun", runs::rerun)
            .get("/runs/{id}/explain", runs::explain)
            .get("/runs/{id}/events", runEvents::ofRun)
            .get("/runs/{id}/logs", runLogs::ofRun)
            .get("/runtimes", site::runtimes)
            .get("/lanes", site::lanes)
            .get("/dead-letters", deadLetters::list)
            .delete("/dead-letters", deadLetters::forget)
            .get("/version", site::version, Access.OPEN)
            .get("/openapi.json", site::openApi, Access.OPEN)
            .get("/graph.schema.json", site::graphSchema, Access.OPEN));
  }
}
