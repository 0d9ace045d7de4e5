package org.millrace.api;

import java.util.List;
import org.millrace.engine.Engine;
import org.millrace.engine.views.LogFolder;
import org.millrace.http.Access;
import org.millrace.http.Face;
import org.millrace.http.FaceRules;
import org.millrace.http.Routes;

/** The native API of Millrace, described by {@code /api/v1/openapi.json}. Thread-safe. */
public final class ApiDialect implements Face {
  private static final String BASE = "/api/v1";

  /** No request of this face has a body that matters. */
  private static final long BODY_LIMIT = 64 << 10;

  private final TaskRoutes tasks;
  private final LogRoutes logs;
  private final EventRoutes events;
  private final SiteRoutes site;

  /**
   * Speaks for an engine.
   *
   * @param logFolder where the full streams of executors are on this host
   * @param version of this server, as shown by {@code /version}
   */
  public ApiDialect(Engine engine, LogFolder logFolder, String version) {
    tasks = new TaskRoutes(engine.views(), engine.cancelTask(), engine.explain(), engine.staging());
    logs = new LogRoutes(engine.views(), logFolder, engine.news().history());
    events = new EventRoutes(engine.views(), engine.staging(), engine.news().history());
    site = new SiteRoutes(engine.runtimes(), engine.lanes(), engine.views(), version);
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
            .get("/runtimes", site::runtimes)
            .get("/lanes", site::lanes)
            .get("/version", site::version, Access.OPEN)
            .get("/openapi.json", site::openApi, Access.OPEN));
  }
}
