package org.millrace.dane.elasticsearch;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;

/**
 * Creates many objects of one request, some at a time as they come in. Not all or nothing: what
 * came before a line that cannot be read is stored. Sent again, it is found to exist. Thread-safe.
 */
final class Bulk {
  /** Objects that are stored together, and held until then. */
  private static final int AT_ONCE = 100;

  /** What is kept until the answer is a line for each. */
  private static final int MOST_ACTIONS = 100_000;

  private static final Set<String> KEYS = Set.of("_id", "_index", "_type", "routing");

  private final ElasticsearchConfig config;
  private final Writer writer;
  private final InstantSource clock;

  Bulk(ElasticsearchConfig config, Writer writer, InstantSource clock) {
    this.config = config;
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * Creates what the lines say, each an action and the object on the next line.
   *
   * @param index of actions that name none
   * @throws Refusal invalid: another action than {@code create}, or no such lines; unavailable, if
   *     nothing can be stored now
   */
  List<Written> create(Lines lines, Optional<String> index) throws IOException {
    var written = new ArrayList<Written>();
    var drafts = new ArrayList<Draft>(AT_ONCE);
    for (Optional<Value> action = lines.next(); action.isPresent(); action = lines.next()) {
      if (written.size() + drafts.size() == MOST_ACTIONS) {
        throw new Refusal(
            new Failure.TooLarge("a bulk request has at most " + MOST_ACTIONS + " actions"));
      }
      drafts.add(draft(action.get(), lines, index));
      if (drafts.size() == AT_ONCE) {
        written.addAll(writer.create(drafts));
        drafts.clear();
      }
    }
    written.addAll(writer.create(drafts));
    if (written.isEmpty()) {
      throw Refusal.invalid("body", "request body is required");
    }
    return written;
  }

  private Draft draft(Value action, Lines lines, Optional<String> index) throws IOException {
    Map<String, Value> told = create(action, "line " + lines.number());
    Optional<String> id = text(told, "_id");
    byte[] object =
        lines
            .line()
            .orElseThrow(
                () -> Refusal.invalid("line " + lines.number(), "an action without its object"));
    Optional<String> asked = text(told, "_index").or(() -> index);
    if (asked.isEmpty()) {
      throw Refusal.invalid("line " + lines.number(), "an action without _index");
    }
    String name = id.orElse("");
    if (!asked.get().equals(config.index())) {
      return new Draft.Unfit(name, EsError.noIndex(asked.get(), config.index()));
    }
    try {
      return Draft.of(
          Lines.read(object, "line " + lines.number()),
          new Draft.Address(id, text(told, "routing")),
          config.space(),
          clock.instant());
    } catch (Refusal refusal) {
      if (refusal.failure() instanceof Failure.Invalid invalid) {
        return new Draft.Unfit(name, EsError.illegal(invalid.message()));
      }
      throw refusal;
    }
  }

  private static Map<String, Value> create(Value action, String place) {
    if (!(action instanceof Value.Fields(Map<String, Value> fields)) || fields.size() != 1) {
      throw Refusal.invalid(place, "an action was to come, such as {\"create\": {...}}");
    }
    String name = fields.keySet().iterator().next();
    if (!name.equals("create")
        || !(fields.get(name) instanceof Value.Fields(Map<String, Value> told))) {
      throw NotUnderstood.at(place + ": the action '" + name + "'");
    }
    for (String key : told.keySet()) {
      if (!KEYS.contains(key)) {
        throw NotUnderstood.at(place + ": '" + key + "'");
      }
    }
    return told;
  }

  private static Optional<String> text(Map<String, Value> fields, String key) {
    return fields.get(key) instanceof Value.Text(String text)
        ? Optional.of(text)
        : Optional.empty();
  }

  /** The entry of one in the answer. */
  static Value.Fields item(Written written, String index, boolean refreshed) {
    Map<String, Value> item =
        switch (written) {
          case Written.Created(String id) -> {
            Map<String, Value> fields = Told.changed(index, id, "created", refreshed);
            fields.put("status", Json.number(201));
            yield fields;
          }
          case Written.Failed(String id, EsError error) -> {
            Map<String, Value> fields = new LinkedHashMap<>(Told.named(index, id));
            fields.put("status", Json.number(error.status()));
            fields.put("error", error.cause());
            yield fields;
          }
        };
    return Json.object("create", new Value.Fields(item));
  }
}
