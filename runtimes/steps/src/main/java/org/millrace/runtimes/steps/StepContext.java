package org.millrace.runtimes.steps;

import java.util.function.Consumer;
import org.millrace.domain.value.Value;

/**
 * What a handler is told of one step.
 *
 * @param arguments references in them replaced
 * @param key the same whenever this step of this attempt is done again, and of no other
 * @param mayHaveBegun whether it was begun before, by a server that did not live to store the reply
 * @param log takes a line for the log of the attempt; free of secrets
 */
public record StepContext(
    Value arguments, String key, boolean mayHaveBegun, Consumer<String> log) {}
