package org.millrace.api;

import java.util.Optional;
import org.millrace.domain.failure.Cause;

/** Why something waits or failed, and what would help. */
record WireCause(String code, String message, Optional<String> help) {
  static WireCause of(Cause cause) {
    return new WireCause(
        cause.code(), cause.message(), Optional.of(cause.help()).filter(help -> !help.isEmpty()));
  }
}
