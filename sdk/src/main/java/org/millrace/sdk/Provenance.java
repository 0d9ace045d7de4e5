package org.millrace.sdk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was done to some material, by what, and how long it took ({@code contracts/dane.md 6.7}).
 *
 * @param startTimeUnix seconds since 1970, with a fraction
 * @param outputData null until it is done
 * @param processingTimeMs -1 until it is done
 */
public record Provenance(
    String activityName,
    String activityDescription,
    Map<String, String> inputData,
    double startTimeUnix,
    Map<String, ?> parameters,
    @Nullable Map<String, String> softwareVersion,
    @Nullable Map<String, String> outputData,
    double processingTimeMs,
    List<Provenance> steps) {
  private static final Path VERSIONS = Path.of("/software_provenance.txt");

  public Provenance {
    steps = List.copyOf(steps);
  }

  /** An activity that begins now. */
  public static Provenance begun(
      String name,
      String description,
      Map<String, String> inputData,
      Map<String, ?> parameters,
      @Nullable Map<String, String> softwareVersion) {
    return begun(InstantSource.system(), name, description, inputData, parameters, softwareVersion);
  }

  static Provenance begun(
      InstantSource clock,
      String name,
      String description,
      Map<String, String> inputData,
      Map<String, ?> parameters,
      @Nullable Map<String, String> softwareVersion) {
    return new Provenance(
        name,
        description,
        inputData,
        clock.millis() / 1000.0,
        parameters,
        softwareVersion,
        null,
        -1,
        List.of());
  }

  /** The same activity, done now. */
  public Provenance done(Map<String, String> output, List<Provenance> ofSteps) {
    return done(InstantSource.system(), output, ofSteps);
  }

  Provenance done(InstantSource clock, Map<String, String> output, List<Provenance> ofSteps) {
    return new Provenance(
        activityName,
        activityDescription,
        inputData,
        startTimeUnix,
        parameters,
        softwareVersion,
        output,
        clock.millis() - startTimeUnix * 1000.0,
        ofSteps);
  }

  /** In the order of the original. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("activity_name", activityName);
    json.put("activity_description", activityDescription);
    json.put("processing_time_ms", processingTimeMs);
    json.put("start_time_unix", startTimeUnix);
    json.set("parameters", Json.of(parameters));
    json.set("software_version", Json.of(softwareVersion));
    json.set("input_data", Json.of(inputData));
    json.set("output_data", Json.of(outputData));
    ArrayNode all = json.putArray("steps");
    steps.forEach(step -> all.add(step.toJson()));
    return json;
  }

  /**
   * Writes a JSON array: the activities before, then this one.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public void writeTo(Path file, List<Provenance> before) {
    ArrayNode all = Json.object().putArray("all");
    before.forEach(one -> all.add(one.toJson()));
    all.add(toJson());
    try {
      Files.writeString(file, Json.pretty(all), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("provenance cannot be written to " + file, e);
    }
  }

  /**
   * Versions of software from {@code /software_provenance.txt}, whose lines are {@code name;url};
   * empty if the file is missing or malformed, or does not know one of the names.
   */
  public static Optional<Map<String, String>> softwareVersions(List<String> names) {
    return softwareVersions(VERSIONS, names);
  }

  static Optional<Map<String, String>> softwareVersions(Path file, List<String> names) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Map<String, String> known = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        String[] parts = line.split(";", -1);
        if (parts.length != 2) {
          return Optional.empty();
        }
        known.put(parts[0].strip(), parts[1].strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
    if (!known.keySet().containsAll(names)) {
      return Optional.empty();
    }
    known.keySet().retainAll(names);
    return Optional.of(Map.copyOf(known));
  }
}
