package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.value.Value;
import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.Routes;

/**
 * Whether the parts are there that DANE asks for ({@code contracts/dane.md 1.5, rows 21 and 22}).
 * Both must be quick and thread-safe.
 *
 * @param database why the store cannot be used now; empty: it can
 * @param messageQueue why workers cannot be reached now; empty: they can
 */
public record DaneHealth(
    Supplier<Optional<Cause>> database, Supplier<Optional<Cause>> messageQueue) {
  private static final Value UP = new Value.Text("200 OK");
  private static final Value DOWN = new Value.Text("502 Bad Gateway");

  Routes routes() {
    return Routes.under("")
        .get(
            "/health", _ -> Answer.bytes(200, "text/html; charset=utf-8", new byte[0]), Access.OPEN)
        .get("/ready", _ -> ready(), Access.OPEN);
  }

  Answer ready() {
    boolean stores = database.get().isEmpty();
    boolean queues = messageQueue.get().isEmpty();
    Map<String, Value> parts = new LinkedHashMap<>();
    parts.put("database", stores ? UP : DOWN);
    parts.put("messagequeue", queues ? UP : DOWN);
    return Answer.json(
            stores && queues ? 200 : 500,
            PythonJson.line(new Value.Fields(parts)).getBytes(StandardCharsets.US_ASCII))
        .with("Cache-Control", "no-store");
  }
}
