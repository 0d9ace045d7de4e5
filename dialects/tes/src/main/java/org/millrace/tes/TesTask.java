package org.millrace.tes;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code tesTask} on the wire, both ways. An absent field is null; what the server sets is never
 * read.
 */
record TesTask(
    @JsonProperty(access = Access.READ_ONLY) @Nullable String id,
    @JsonProperty(access = Access.READ_ONLY) @Nullable TesState state,
    @Nullable String name,
    @Nullable String description,
    @JsonProperty(access = Access.READ_ONLY) @Nullable String creationTime,
    @Nullable List<@Nullable TesInput> inputs,
    @Nullable List<@Nullable TesOutput> outputs,
    @Nullable TesResources resources,
    @Nullable List<@Nullable TesExecutor> executors,
    @Nullable List<@Nullable String> volumes,
    @JsonDeserialize(contentUsing = ScalarText.class) @Nullable Map<String, @Nullable String> tags,
    @JsonProperty(access = Access.READ_ONLY) @Nullable List<TesTaskLog> logs) {

  /** All that the view MINIMAL shows. */
  static TesTask minimal(String id, TesState state) {
    return new TesTask(id, state, null, null, null, null, null, null, null, null, null, null);
  }
}
