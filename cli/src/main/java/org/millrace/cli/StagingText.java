package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** How far staging is, in words or as a bar. Pure. */
final class StagingText {
  private static final int WIDTH = 20;

  private StagingText() {}

  /** {@code file 2: reads.fq, 12.3 MB of 40.0 MB, 5.1 MB/s}. */
  static String line(JsonNode staging) {
    return "file %s: %s, %s, %s/s"
        .formatted(
            Wire.text(staging, "files"),
            Wire.text(staging, "file"),
            amount(staging),
            rate(staging));
  }

  /** The same with a bar before it, where the size is known. */
  static String bar(JsonNode staging) {
    long expected = staging.path("expected").asLong(0);
    if (expected <= 0) {
      return line(staging);
    }
    double part = Math.clamp((double) staging.path("moved").asLong() / expected, 0, 1);
    int full = (int) (part * WIDTH);
    return "[%s%s] %3d %% %s"
        .formatted("#".repeat(full), ".".repeat(WIDTH - full), (int) (part * 100), line(staging));
  }

  /** Whether the file has been moved to its end. */
  static boolean isComplete(JsonNode staging) {
    return staging.has("expected")
        && staging.path("moved").asLong() >= staging.path("expected").asLong();
  }

  private static String amount(JsonNode staging) {
    String moved = Amounts.bytes(staging.path("moved").asLong());
    return staging.has("expected")
        ? moved + " of " + Amounts.bytes(staging.path("expected").asLong())
        : moved;
  }

  private static String rate(JsonNode staging) {
    return Amounts.bytes(staging.path("rate").asLong());
  }
}
