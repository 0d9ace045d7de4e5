package org.millrace.tes;

import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.millrace.engine.cancellation.CancelTask;
import org.millrace.engine.submission.SubmitTask;
import org.millrace.engine.views.TaskViews;
import org.millrace.http.ErrorForm;
import org.millrace.http.Face;
import org.millrace.http.FaceRules;
import org.millrace.http.FaceRules.ContentType;
import org.millrace.http.Routes;

/**
 * GA4GH TES 1.1 under {@code /ga4gh/tes/v1}, {@code /v1} and the root, with its OpenAPI document
 * and Swagger page at the root. Thread-safe.
 *
 * <p>Contract: {@code contracts/tes.md}. A POST may come without a content type, as {@code
 * application/json} or as {@code application/*+json}; any other gets 415 (see {@link TesErrors} for
 * why). Requests without a body, so every GET and cancel, may say what they like. Slashes at the
 * end and repeated ones do not matter; an unknown path is 404, since py-tes goes on to the next
 * base path after that status alone.
 */
public final class TesDialect implements Face {
  private final TesConfig config;
  private final ErrorForm errors;
  private final List<Routes> routes;

  /**
   * A face on these use cases.
   *
   * @param mask what a URL that may hold a password is shown as
   * @param clock for the time stamps of errors
   */
  public TesDialect(
      TesConfig config,
      SubmitTask submitTask,
      TaskViews views,
      CancelTask cancelTask,
      UnaryOperator<String> mask,
      InstantSource clock) {
    this.config = config;
    var json = new TesJson(config.limits());
    var states = new ShownStates(config.showAllStates(), config.holdRunning(), clock);
    var operations =
        new TesRoutes(
            json,
            new TesMapper(config),
            new TesViews(states, mask),
            states,
            submitTask,
            views,
            cancelTask,
            json.write(TesServiceInfo.of(config.serviceInfo())));
    var uniform = new TesErrors(json, clock);
    this.errors =
        switch (config.errors()) {
          case UNIFORM -> uniform;
          case TESP -> new TespErrors(json, uniform);
        };
    this.routes = List.of(operations.routes(), new ApiPages().routes());
  }

  @Override
  public String name() {
    return TesMapper.DIALECT;
  }

  @Override
  public List<Routes> routes() {
    return routes;
  }

  @Override
  public FaceRules rules() {
    return FaceRules.STANDARD.with(ContentType.JSON).withBodyLimit(config.limits().bodyBytes());
  }

  @Override
  public ErrorForm errors() {
    return errors;
  }
}
