package org.millrace.runtimes.container;

import java.util.Map;
import org.millrace.domain.task.Handle;
import org.millrace.engine.attempt.AttemptOrder;

/**
 * By what containers tell whose they are. Only those of this installation are ever touched.
 *
 * @param installation an id of this data folder on this host
 */
record Labels(String installation) {
  static final String INSTALLATION = "org.millrace.installation";
  static final String ATTEMPT = "org.millrace.attempt";
  static final String LOOK = "org.millrace.look";

  /** Of a container that runs an executor. */
  Map<String, String> of(AttemptOrder order, int executor) {
    return Map.of(
        INSTALLATION,
        installation,
        ATTEMPT,
        order.handle().name(),
        "org.millrace.task",
        order.task().text(),
        "org.millrace.attempt-number",
        Integer.toString(order.attempt()),
        "org.millrace.executor",
        Integer.toString(executor));
  }

  /** Of a container that is only looked into. */
  Map<String, String> ofLook() {
    return Map.of(INSTALLATION, installation, LOOK, "true");
  }

  /** What all containers of an attempt have. */
  Map<String, String> ofAttempt(Handle handle) {
    return Map.of(INSTALLATION, installation, ATTEMPT, handle.name());
  }

  /** What all of ours have. */
  Map<String, String> ofAll() {
    return Map.of(INSTALLATION, installation);
  }
}
