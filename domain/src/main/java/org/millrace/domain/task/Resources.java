package org.millrace.domain.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a task asks of the place it runs in.
 *
 * @param ramGb gigabytes of 1024³ bytes, fractions allowed
 * @param diskGb gigabytes of 1024³ bytes, fractions allowed
 * @param backendParameters supported keys only, in lower case
 */
public record Resources(
    Optional<Integer> cpuCores,
    Optional<Double> ramGb,
    Optional<Double> diskGb,
    Optional<Boolean> preemptible,
    List<String> zones,
    Map<String, String> backendParameters,
    Optional<Boolean> backendParametersStrict) {

  /** Asks for nothing. */
  public static final Resources NONE =
      new Resources(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Map.of(),
          Optional.empty());

  public Resources {
    zones = List.copyOf(zones);
    backendParameters = Collections.unmodifiableMap(new LinkedHashMap<>(backendParameters));
  }

  /** The backend parameter by which a caller names the runtime. */
  public static final String RUNTIME_PARAMETER = "runtime";

  /** The runtime the caller named, as written. */
  public Optional<String> runtime() {
    return Optional.ofNullable(backendParameters.get(RUNTIME_PARAMETER));
  }

  /** Memory asked for, in bytes. */
  public Optional<Long> ramBytes() {
    return ramGb.map(gb -> (long) Math.ceil(gb * (1L << 30)));
  }
}
