package org.millrace.http.health;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.millrace.domain.failure.Cause;
import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Face;
import org.millrace.http.Routes;
import org.millrace.http.signin.SignIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The face for operators: {@code /healthz} (200 while the process answers), {@code /readyz} (200,
 * or 503 with the reasons), and {@code /metrics}. Health and readiness are open to all. {@code
 * /healthz} does nothing but pass through routing, and so is what figures about other answers are
 * compared with (DESIGN 8: the server's own static answer).
 */
public final class HealthFace implements Face {
  private static final Logger LOG = LoggerFactory.getLogger(HealthFace.class);
  private static final JsonFactory JSON = new JsonFactory();
  private static final Answer ALIVE =
      Answer.json("{\"status\":\"alive\"}".getBytes(StandardCharsets.UTF_8));
  private final Map<String, Supplier<Optional<Cause>>> checks;
  private final Metrics metrics;
  private final SignIn signIn;

  /**
   * Asks the checks whenever somebody asks for readiness.
   *
   * @param checks by name, in the order shown; empty means ready. They must be quick and
   *     thread-safe
   * @param signIn of who wants figures that are not open
   */
  public HealthFace(Map<String, Supplier<Optional<Cause>>> checks, Metrics metrics, SignIn signIn) {
    this.checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    this.metrics = metrics;
    this.signIn = signIn;
  }

  @Override
  public String name() {
    return "health";
  }

  @Override
  public List<Routes> routes() {
    return List.of(
        Routes.under("")
            .get("/healthz", _ -> ALIVE, Access.OPEN)
            .get("/readyz", this::readiness, Access.OPEN)
            .get("/metrics", this::metrics, metrics.access()));
  }

  @Override
  public Optional<SignIn> signIn() {
    return Optional.of(signIn);
  }

  private Answer readiness(Exchange exchange) throws IOException {
    var reasons = new LinkedHashMap<String, Optional<Cause>>();
    checks.forEach((name, check) -> reasons.put(name, ask(name, check)));
    boolean ready = reasons.values().stream().allMatch(Optional::isEmpty);
    return Answer.json(ready ? 200 : 503, json(ready, reasons)).with("Cache-Control", "no-store");
  }

  private static Optional<Cause> ask(String name, Supplier<Optional<Cause>> check) {
    try {
      return check.get();
    } catch (RuntimeException defect) {
      LOG.error("The readiness check of {} failed by itself", name, defect);
      return Optional.of(
          new Cause("check-failed", "the check itself failed", "see the server's log"));
    }
  }

  private static byte[] json(boolean ready, Map<String, Optional<Cause>> reasons)
      throws IOException {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeBooleanField("ready", ready);
      json.writeObjectFieldStart("checks");
      for (var reason : reasons.entrySet()) {
        json.writeObjectFieldStart(reason.getKey());
        json.writeBooleanField("ready", reason.getValue().isEmpty());
        if (reason.getValue().isPresent()) {
          write(json, reason.getValue().get());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Cause cause) throws IOException {
    json.writeStringField("code", cause.code());
    json.writeStringField("message", cause.message());
    if (!cause.help().isEmpty()) {
      json.writeStringField("help", cause.help());
    }
  }

  private Answer metrics(Exchange exchange) {
    byte[] text = metrics.text().get().getBytes(StandardCharsets.UTF_8);
    return Answer.bytes(200, "text/plain; version=0.0.4; charset=utf-8", text);
  }
}
