package org.millrace.tes;

import org.jspecify.annotations.Nullable;

/** {@code tesExecutorLog} on the wire; written only once the exit code is known. */
record TesExecutorLog(
    String startTime,
    String endTime,
    @Nullable String stdout,
    @Nullable String stderr,
    int exitCode) {}
