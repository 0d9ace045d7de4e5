package org.millrace.tes;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code tesExecutor} on the wire. */
record TesExecutor(
    @Nullable String image,
    @Nullable List<@Nullable String> command,
    @Nullable String workdir,
    @Nullable String stdin,
    @Nullable String stdout,
    @Nullable String stderr,
    @JsonDeserialize(contentUsing = ScalarText.class) @Nullable Map<String, @Nullable String> env,
    @Nullable Boolean ignoreError) {}
