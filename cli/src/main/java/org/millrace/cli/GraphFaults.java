package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What is wrong with a graph, in lines that editors jump to. Pure. */
final class GraphFaults {
  private GraphFaults() {}

  /** {@code FILE:LINE:COLUMN: where: message} of each. */
  static List<String> lines(GraphFile file, List<JsonNode> faults) {
    return faults.stream().map(fault -> line(file, fault)).toList();
  }

  private static String line(GraphFile file, JsonNode fault) {
    String where = Wire.optional(fault, "where").map(path -> path + ": ").orElse("");
    return "%s:%s:%s: %s%s"
        .formatted(
            Plain.line(file.name()),
            Wire.text(fault, "line"),
            Wire.text(fault, "column"),
            where,
            Wire.text(fault, "message"));
  }
}
