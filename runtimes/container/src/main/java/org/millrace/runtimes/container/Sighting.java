package org.millrace.runtimes.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A container as the engine told of it at one moment. */
record Sighting(ContainerState state) {

  static Sighting of(InspectContainerResponse container) {
    return new Sighting(container.getState());
  }

  /** It is there, and was not started. */
  boolean isCreated() {
    return "created".equals(state.getStatus())
        || "configured".equals(state.getStatus()); // Podman's word
  }

  boolean isRunning() {
    return Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getPaused());
  }

  int exitCode() {
    Long code = state.getExitCodeLong();
    return code == null ? 0 : code.intValue();
  }

  boolean isOutOfMemory() {
    return Boolean.TRUE.equals(state.getOOMKilled());
  }

  /** What the engine says went wrong with its start. */
  String error() {
    return String.valueOf(state.getError());
  }

  /** In milliseconds since 1970, or that if it has not started. */
  long startedMillis(long otherwise) {
    return millis(state.getStartedAt(), otherwise);
  }

  /** In milliseconds since 1970, or that if it has not ended. */
  long endedMillis(long otherwise) {
    return millis(state.getFinishedAt(), otherwise);
  }

  /** The engine writes the year 1 for what did not happen. */
  private static long millis(@Nullable String time, long otherwise) {
    try {
      long millis = time == null ? 0 : Instant.parse(time).toEpochMilli();
      return millis > 0 ? millis : otherwise;
    } catch (DateTimeException odd) {
      return otherwise;
    }
  }
}
