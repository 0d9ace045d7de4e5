package org.millrace.domain.document;

import org.millrace.domain.value.Value;

/**
 * What the face tells of a task, as workers and people left it: never derived from the state of the
 * core task.
 *
 * @param number 102, 200, 412 or any other that a worker chose (contracts/dane.md 4.1)
 * @param also what else was answered with it
 */
public record FaceState(int number, String message, Value.Fields also) {}
