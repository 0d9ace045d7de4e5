package org.millrace.tes;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RuntimeName;

/**
 * What a wire task asks of the place it runs in, and remarks about it for the task's system logs.
 *
 * <p>Contract ({@code contracts/tes.md 4.4}): keys of {@code backend_parameters} are compared
 * without case; those not supported are neither stored nor returned, with a remark, or refused
 * where the caller said {@code backend_parameters_strict}. Zero asks for nothing. Fractions of
 * cores, which only some clients know, are rounded up, with a remark.
 */
record Requirements(Resources resources, List<String> notes) {
  /** The keys that mean something here, in lower case. */
  static final List<String> SUPPORTED = List.of(Resources.RUNTIME_PARAMETER);

  private static final String PLACE = "resources.";

  Requirements {
    notes = List.copyOf(notes);
  }

  static Requirements of(@Nullable TesResources given, TesLimits limits) {
    if (given == null) {
      return new Requirements(Resources.NONE, List.of());
    }
    var notes = new ArrayList<String>();
    boolean strict = Boolean.TRUE.equals(given.backendParametersStrict());
    return new Requirements(
        new Resources(
            cpuCores(given.cpuCores(), notes),
            gigabytes("ram_gb", given.ramGb()),
            gigabytes("disk_gb", given.diskGb()),
            Optional.ofNullable(given.preemptible()),
            Given.each(PLACE + "zones", given.zones(), limits.tags(), Given::requiredText),
            parameters(given.backendParameters(), strict, limits, notes),
            Optional.ofNullable(given.backendParametersStrict())),
        notes);
  }

  private static Optional<Integer> cpuCores(@Nullable BigDecimal given, List<String> notes) {
    if (given == null) {
      return Optional.empty();
    }
    double asked = positive("cpu_cores", given.doubleValue());
    double whole = Math.ceil(asked);
    if (whole > Integer.MAX_VALUE) {
      throw Refusal.invalid(PLACE + "cpu_cores", "at most " + Integer.MAX_VALUE + " are possible");
    }
    if (whole != asked) {
      notes.add("resources.cpu_cores was rounded up to " + (int) whole);
    }
    return whole == 0 ? Optional.empty() : Optional.of((int) whole);
  }

  private static Optional<Double> gigabytes(String name, @Nullable Double given) {
    return given == null
        ? Optional.empty()
        : Optional.of(positive(name, given)).filter(gigabytes -> gigabytes > 0);
  }

  private static double positive(String name, double value) {
    if (!Double.isFinite(value)) {
      throw Refusal.invalid(PLACE + name, "must be a finite number");
    }
    if (value < 0) {
      throw Refusal.invalid(PLACE + name, "must not be negative");
    }
    return value;
  }

  private static Map<String, String> parameters(
      @Nullable Map<String, @Nullable String> given,
      boolean strict,
      TesLimits limits,
      List<String> notes) {
    if (given == null) {
      return Map.of();
    }
    Given.atMost(PLACE + "backend_parameters", given.size(), limits.tags());
    var parameters = new LinkedHashMap<String, String>();
    given.forEach((key, value) -> {
      String name = key.toLowerCase(Locale.ROOT);
      if (value == null) {
        return;
      }
      if (!SUPPORTED.contains(name)) {
        unsupported(key, strict, notes);
      } else if (parameters.put(name, runtime(key, value)) != null) {
        throw Refusal.invalid(field(key), "is given twice");
      }
    });
    return parameters;
  }

  private static void unsupported(String key, boolean strict, List<String> notes) {
    String supported = "; supported are: " + String.join(", ", SUPPORTED);
    if (strict) {
      throw Refusal.invalid(
          field(key), "is not supported, and backend_parameters_strict is set" + supported);
    }
    notes.add("backend parameter " + Quoted.of(key) + " is not supported and ignored" + supported);
  }

  private static String runtime(String key, String value) {
    try {
      return new RuntimeName(value).text();
    } catch (IllegalArgumentException badName) {
      throw Refusal.invalid(
          field(key), "is no name of a runtime, like 'sandbox' or 'pulsar:north'");
    }
  }

  private static String field(String key) {
    return PLACE + "backend_parameters." + Quoted.shortened(key);
  }
}
