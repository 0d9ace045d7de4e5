package org.millrace.tes;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code tesTaskLog} on the wire. */
record TesTaskLog(
    List<TesExecutorLog> logs,
    @Nullable Map<String, String> metadata,
    @Nullable String startTime,
    @Nullable String endTime,
    List<TesOutputFileLog> outputs,
    @Nullable List<String> systemLogs) {}
