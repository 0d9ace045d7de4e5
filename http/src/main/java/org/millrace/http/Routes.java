package org.millrace.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The paths of a face: templates under one or more base paths, each with the handler per method.
 *
 * <pre>{@code
 * Routes.under("/ga4gh/tes/v1", "/v1", "")
 *     .get("/service-info", this::serviceInfo, Access.OPEN)
 *     .post("/tasks", this::createTask)
 *     .get("/tasks/{id}", this::getTask)
 *     .post("/tasks/{id}:cancel", this::cancelTask);
 * }</pre>
 *
 * <p>A segment of a template is literal, or has one parameter with literal text around it ({@code
 * {id}:cancel}); a parameter takes at least one character and never a slash, unless that was sent
 * as {@code %2F}. The last segment may be {@code {path*}}, which takes the rest, slashes included,
 * possibly nothing. Literal segments win over parameters, more literal text wins over less, and a
 * path whose method is missing falls back to a less specific one that has it. Each GET answers HEAD
 * too, and OPTIONS is answered for every path. Not thread-safe; do not change it once the server
 * has it.
 */
public final class Routes {
  private final List<String> bases;
  private final List<Route> routes = new ArrayList<>();

  private Routes(List<String> bases) {
    this.bases = bases;
  }

  /** Base paths without a slash at the end; {@code ""} is the root. All routes exist under each. */
  public static Routes under(String... bases) {
    for (String base : bases) {
      if (!base.isEmpty() && (!base.startsWith("/") || base.endsWith("/"))) {
        throw new IllegalArgumentException(
            "base path '" + base + "': starts with a slash and does not end in one");
      }
    }
    return new Routes(List.of(bases));
  }

  public Routes get(String template, Handler handler) {
    return on("GET", template, handler, Access.SIGNED_IN);
  }

  public Routes get(String template, Handler handler, Access access) {
    return on("GET", template, handler, access);
  }

  public Routes post(String template, Handler handler) {
    return on("POST", template, handler, Access.SIGNED_IN);
  }

  public Routes post(String template, Handler handler, Access access) {
    return on("POST", template, handler, access);
  }

  public Routes put(String template, Handler handler) {
    return on("PUT", template, handler, Access.SIGNED_IN);
  }

  public Routes delete(String template, Handler handler) {
    return on("DELETE", template, handler, Access.SIGNED_IN);
  }

  /** Any method, in capitals. Two handlers for one method and path stop the start of the server. */
  public Routes on(String method, String template, Handler handler, Access access) {
    for (String base : bases) {
      routes.add(new Route(method, base + template, handler, access));
    }
    return this;
  }

  List<String> bases() {
    return bases;
  }

  List<Route> routes() {
    return routes;
  }
}
