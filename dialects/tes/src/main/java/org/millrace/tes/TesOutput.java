package org.millrace.tes;

import org.jspecify.annotations.Nullable;

/** {@code tesOutput} on the wire. */
record TesOutput(
    @Nullable String name,
    @Nullable String description,
    @Nullable String url,
    @Nullable String path,
    @Nullable String pathPrefix,
    @Nullable String type) {}
