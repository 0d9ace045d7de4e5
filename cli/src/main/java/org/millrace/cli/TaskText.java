package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A task in words, line by line; what is not known of it is left out. */
final class TaskText {
  private final List<String> lines = new ArrayList<>();
  private final Ink ink;
  private final ZoneId zone;

  private TaskText(Ink ink, ZoneId zone) {
    this.ink = ink;
    this.zone = zone;
  }

  static List<String> of(JsonNode task, Ink ink, ZoneId zone) {
    var text = new TaskText(ink, zone);
    text.task(task);
    return List.copyOf(text.lines);
  }

  private void task(JsonNode task) {
    field("task", Wire.optional(task, "id"));
    field("name", Wire.optional(task, "name"));
    field("state", Optional.of(ink.state(Wire.text(task, "state"))));
    field("why", Wire.why(task.path("outcome")).or(() -> Wire.why(task.path("waits_for"))));
    field("owner", Wire.optional(task, "owner"));
    field("lane", Wire.optional(task, "lane"));
    field("created", Wire.moment(task, "created", zone));
    field("started", Wire.moment(task, "started", zone));
    field("ended", Wire.moment(task, "ended", zone));
    field("tags", tags(task.path("tags")));
    if (task.has("staging")) {
      field("staging", Optional.of(StagingText.line(task.path("staging"))));
    }
    Wire.each(task.path("work"), "executors").forEach(this::command);
    task.path("notes").forEach(note -> field("note", Optional.of(Plain.line(note.asText()))));
    Wire.each(task, "attempts").forEach(this::attempt);
  }

  private static Optional<String> tags(JsonNode tags) {
    return Optional.of(
            tags.properties().stream()
                .map(tag -> Plain.line(tag.getKey() + "=" + tag.getValue().asText()))
                .collect(Collectors.joining(", ")))
        .filter(all -> !all.isEmpty());
  }

  private void command(JsonNode executor) {
    List<String> words = new ArrayList<>();
    executor.path("command").forEach(word -> words.add(Plain.line(word.asText())));
    field("runs", Optional.of(Wire.text(executor, "image") + ": " + String.join(" ", words)));
  }

  private void attempt(JsonNode attempt) {
    String how =
        attempt.has("outcome") ? ": " + ink.state(Wire.text(attempt.path("outcome"), "state")) : "";
    lines.add(
        "attempt %s in %s%s"
            .formatted(Wire.text(attempt, "number"), Wire.text(attempt, "runtime"), how));
    Wire.why(attempt.path("outcome")).ifPresent(why -> field("  why", Optional.of(why)));
    files("  input", attempt, "inputs");
    int number = 0;
    for (JsonNode executor : Wire.each(attempt, "executors")) {
      executor(number++, executor);
    }
    files("  output", attempt, "outputs");
    attempt.path("notes").forEach(note -> field("  note", Optional.of(Plain.line(note.asText()))));
  }

  private void files(String label, JsonNode attempt, String field) {
    for (JsonNode file : Wire.each(attempt, field)) {
      String sum = Wire.optional(file, "sha256").map(digits -> ", sha256 " + digits).orElse("");
      field(
          label,
          Optional.of(
              "%s, %s%s"
                  .formatted(
                      Wire.text(file, "path"),
                      Amounts.bytes(file.path("size_bytes").asLong()),
                      sum)));
    }
  }

  private void executor(int number, JsonNode executor) {
    List<String> facts = new ArrayList<>();
    facts.add("exit code " + Wire.text(executor, "exit_code"));
    Wire.optional(executor, "signal").ifPresent(signal -> facts.add("signal " + signal));
    if (executor.path("out_of_memory").asBoolean()) {
      facts.add("out of memory");
    }
    took(executor).ifPresent(time -> facts.add("took " + time));
    if (executor.has("cpu_seconds")) {
      facts.add("CPU " + Amounts.seconds(executor.path("cpu_seconds").asDouble()));
    }
    if (executor.has("peak_memory_bytes")) {
      facts.add("peak memory " + Amounts.bytes(executor.path("peak_memory_bytes").asLong()));
    }
    field("  ran " + number, Optional.of(String.join(", ", facts)));
    stream("    stdout", executor, "stdout");
    stream("    stderr", executor, "stderr");
  }

  private static Optional<String> took(JsonNode executor) {
    Optional<Instant> started = Wire.instant(executor, "started");
    Optional<Instant> ended = Wire.instant(executor, "ended");
    return started.flatMap(from ->
        ended.map(to -> Duration.between(from, to).toMillis() / 1000.0).map(Amounts::seconds));
  }

  private void stream(String label, JsonNode executor, String field) {
    executor
        .path(field)
        .asText("")
        .lines()
        .forEach(line -> field(label, Optional.of(Plain.line(line))));
  }

  private void field(String label, Optional<String> value) {
    value.ifPresent(text -> lines.add("%-10s %s".formatted(label, text).stripTrailing()));
  }
}
