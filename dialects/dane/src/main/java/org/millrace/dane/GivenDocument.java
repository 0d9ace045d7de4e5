package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;

/**
 * A document as a client sends it ({@code contracts/dane.md 2.1}).
 *
 * <p>A closed object: a key that is not known, or {@code _id}, is refused as no document at all.
 * What the original takes for a fault of its own, a missing inner key or a type that does not
 * exist, is refused with words that say so (8 there). Times are the server's: what a client sends
 * of them is not looked at.
 *
 * @param target with its URL made uniform, and all that nobody knows kept
 * @param creator with all that nobody knows kept
 */
public record GivenDocument(Value.Fields target, Value.Fields creator) {
  static final List<String> TARGET_TYPES = List.of("Dataset", "Image", "Video", "Sound", "Text");
  static final String LONGEST_TYPE = "Dataset";
  static final List<String> CREATOR_TYPES = List.of("Organization", "Human", "Software");
  static final String MISTAKE = "Invalid document format";

  /** Most bytes of target and creator as JSON, as workers get them. */
  static final int MOST_BYTES = 1 << 20;

  private static final String PLACE = "document";
  private static final Set<String> KEYS =
      Set.of("target", "creator", "created_at", "updated_at", "api");

  /**
   * Reads one.
   *
   * @throws Refusal invalid: {@link #MISTAKE}, or what is wrong within target or creator
   */
  public static GivenDocument of(Value value) {
    if (!(value instanceof Value.Fields(Map<String, Value> fields))
        || !KEYS.containsAll(fields.keySet())
        || !(fields.get("target") instanceof Value.Fields target)
        || !(fields.get("creator") instanceof Value.Fields creator)) {
      throw Refusal.invalid(PLACE, MISTAKE);
    }
    require(target, PLACE + ".target", "target", List.of("id", "url", "type"));
    checkType(target, "target", TARGET_TYPES);
    require(creator, PLACE + ".creator", "creator", List.of("id", "type"));
    checkType(creator, "creator", CREATOR_TYPES);
    return bounded(new GivenDocument(withUniformUrl(target), creator));
  }

  private static GivenDocument bounded(GivenDocument given) {
    if (PythonJson.length(given.target) + PythonJson.length(given.creator) > MOST_BYTES) {
      throw Refusal.invalid(
          PLACE, "`target` and `creator` must have at most " + MOST_BYTES + " bytes as JSON");
    }
    return given;
  }

  private static void require(Value.Fields object, String place, String name, List<String> keys) {
    for (String key : keys) {
      if (!object.values().containsKey(key)) {
        throw Refusal.invalid(place, "`" + name + "` requires a value for `" + key + "`");
      }
    }
  }

  private static void checkType(Value.Fields object, String name, List<String> types) {
    boolean known =
        object.values().get("type") instanceof Value.Text(String type) && types.contains(type);
    if (!known) {
      throw Refusal.invalid(
          PLACE + "." + name + ".type",
          "Invalid " + name + " type. Valid types are: " + String.join(", ", types));
    }
  }

  private static Value.Fields withUniformUrl(Value.Fields target) {
    Map<String, Value> fields = new LinkedHashMap<>(target.values());
    fields.computeIfPresent(
        "url", (_, url) -> new Value.Text(RequotedUrl.of(PythonText.strip(PythonText.str(url)))));
    return new Value.Fields(fields);
  }

  /** As text, for the id of the document. */
  public String targetId() {
    return id(target);
  }

  /** As text, for the id of the document. */
  public String creatorId() {
    return id(creator);
  }

  private static String id(Value.Fields object) {
    return Optional.ofNullable(object.values().get("id")).map(PythonText::str).orElse("");
  }
}
