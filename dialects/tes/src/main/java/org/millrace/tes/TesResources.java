package org.millrace.tes;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code tesResources} on the wire.
 *
 * @param cpuCores a whole number in the standard; some clients compute fractions
 */
record TesResources(
    @Nullable BigDecimal cpuCores,
    @Nullable Boolean preemptible,
    @Nullable Double ramGb,
    @Nullable Double diskGb,
    @Nullable List<@Nullable String> zones,
    @JsonDeserialize(contentUsing = ScalarText.class)
        @Nullable Map<String, @Nullable String> backendParameters,
    @Nullable Boolean backendParametersStrict) {}
