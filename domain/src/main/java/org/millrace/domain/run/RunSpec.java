package org.millrace.domain.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;

/**
 * What a caller says of a run, its nodes aside; never changes.
 *
 * @param dialect the face it came through: {@code api}
 * @param name what its author calls it, if anything
 * @param policy what becomes of it when a node fails
 */
public record RunSpec(
    Owner owner,
    String dialect,
    Optional<String> name,
    Optional<String> description,
    Map<String, String> tags,
    FailurePolicy policy) {
  public RunSpec {
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
  }
}
