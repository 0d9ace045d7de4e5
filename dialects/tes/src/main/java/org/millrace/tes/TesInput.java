package org.millrace.tes;

import org.jspecify.annotations.Nullable;

/** {@code tesInput} on the wire. */
record TesInput(
    @Nullable String name,
    @Nullable String description,
    @Nullable String url,
    @Nullable String path,
    @Nullable String type,
    @Nullable String content,
    @Nullable Boolean streamable) {}
