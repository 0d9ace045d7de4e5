package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Recordings of the original programs, one JSON object a line. */
final class Recordings {
  private Recordings() {}

  static List<JsonNode> of(String name) {
    try (InputStream in = Recordings.class.getResourceAsStream("/dane/" + name)) {
      if (in == null) {
        throw new AssertionError("there is no recording " + name);
      }
      List<JsonNode> lines = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank()) {
          lines.add(Json.read(line));
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
