package org.millrace.dane.elasticsearch;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.millrace.dane.GivenDocument;
import org.millrace.dane.GivenResult;
import org.millrace.dane.GivenTask;
import org.millrace.dane.PythonInt;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result.Finding;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.Wanted;

/**
 * An object that somebody wants to create, by its {@code role} ({@code contracts/dane.md 3.9,
 * Stored objects}). Its times are the server's, whatever it says.
 */
sealed interface Draft {
  /** What a Python program writes into a task that it creates. */
  int CREATED = 201;

  record OfDocument(Document document) implements Draft {}

  record OfTask(EntryId id, DocumentId parent, Wanted wanted) implements Draft {}

  /**
   * A result.
   *
   * @param parent the id of its task, as sent
   */
  record OfResult(String parent, Finding finding) implements Draft {}

  /** What cannot be created, and why. */
  record Unfit(String id, EsError error) implements Draft {}

  /** Where an object is to go, as the request says. */
  record Address(Optional<String> id, Optional<String> routing) {}

  /**
   * Reads one.
   *
   * @throws Refusal invalid: it has no such form, or another id than its hash
   */
  static Draft of(Value value, Address address, Space space, Instant now) {
    if (!(value instanceof Value.Fields(Map<String, Value> source))) {
      throw Refusal.invalid("document", "an object was to come, not " + value.kind());
    }
    return switch (role(source.get("role"))) {
      case Role(String name, Optional<String> parent)
          when name.equals("document") && parent.isEmpty() ->
          document(source, address, space, now);
      case Role(String name, Optional<String> parent)
          when name.equals("task") && parent.isPresent() ->
          task(source, address, parent.get());
      case Role(String name, Optional<String> parent)
          when name.equals("result") && parent.isPresent() ->
          result(source, address, parent.get());
      case Role(String name, _) when name.equals("result") ->
          throw Refusal.invalid(
              "role.parent",
              "the id of the task that it is a result of was to come: one that 'millrace worker"
                  + " try' sent is stored nowhere and has none");
      case Role(String name, _) -> throw NotUnderstood.at("role '" + name + "'");
    };
  }

  /** What an object is to another. */
  record Role(String name, Optional<String> parent) {}

  private static Role role(@Nullable Value role) {
    return switch (role) {
      case Value.Text(String name) -> new Role(name, Optional.empty());
      case Value.Fields(Map<String, Value> fields)
          when fields.get("name") instanceof Value.Text(String name) ->
          new Role(
              name,
              fields.get("parent") instanceof Value.Text(String parent)
                  ? Optional.of(parent)
                  : Optional.empty());
      case null, default ->
          throw Refusal.invalid("role", "\"document\", or an object with name and parent");
    };
  }

  private static Draft document(
      Map<String, Value> source, Address address, Space space, Instant now) {
    Map<String, Value> bare = new LinkedHashMap<>(source);
    bare.remove("role");
    GivenDocument given = GivenDocument.of(new Value.Fields(bare));
    refuseUnfit("target.id", given.targetId());
    refuseUnfit("creator.id", given.creatorId());
    var document =
        Document.fresh(
            space, given.targetId(), given.creatorId(), given.target(), given.creator(), now);
    checkId(address, document.id().text(), "target.id and creator.id");
    return new OfDocument(document);
  }

  private static void refuseUnfit(String field, String text) {
    Document.unfit(text)
        .ifPresent(why -> {
          throw Refusal.invalid(field, why);
        });
  }

  private static Draft task(Map<String, Value> source, Address address, String parent) {
    if (!(source.get("task") instanceof Value.Fields task)) {
      throw Refusal.invalid("task", "an object with the key of the task");
    }
    checkRouting(address, parent);
    checkState(task);
    GivenTask given = GivenTask.of(task);
    if (!DocumentId.isValid(parent)) {
      throw Refusal.invalid("role.parent", "the id of a document: 40 hexadecimal digits");
    }
    var document = new DocumentId(parent);
    EntryId id = EntryId.of(document, given.key());
    checkId(address, id.text(), "the document's id and the key in upper case");
    return new OfTask(id, document, new Wanted(given.key(), given.priority(), given.args()));
  }

  /** A task that somebody ran elsewhere would be run again here. */
  private static void checkState(Value.Fields task) {
    Value state = task.values().getOrDefault("state", Json.number(CREATED));
    OptionalInt number = PythonInt.clamped(state, 0, Short.MAX_VALUE);
    if (number.isEmpty() || number.getAsInt() != CREATED) {
      throw Refusal.invalid(
          "task.state", "a task is created with the state 201; what becomes of it is decided here");
    }
  }

  private static Draft result(Map<String, Value> source, Address address, String parent) {
    if (address.id().isPresent()) {
      throw NotUnderstood.at("the id of a result, which is chosen here,");
    }
    if (!(source.get("result") instanceof Value.Fields inner)) {
      throw Refusal.invalid("result", "an object with generator and payload");
    }
    checkRouting(address, parent);
    GivenResult given = GivenResult.of(inner);
    return new OfResult(parent, new Finding(given.generator(), given.payload()));
  }

  private static void checkRouting(Address address, String parent) {
    if (address.routing().isEmpty()) {
      throw Refusal.invalid("routing", "[routing] is missing for join field [role]");
    }
    if (!address.routing().get().equals(parent)) {
      throw Refusal.invalid("routing", "it is the id of the parent, which role names differently");
    }
  }

  private static void checkId(Address address, String hash, String of) {
    String id = address.id().orElseThrow(() -> Refusal.invalid("_id", "the SHA-1 hash of " + of));
    if (!id.equals(hash)) {
      throw Refusal.invalid("_id", "it is " + hash + ", the SHA-1 hash of " + of);
    }
  }
}
