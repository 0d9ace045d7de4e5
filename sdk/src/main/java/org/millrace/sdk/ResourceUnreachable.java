package org.millrace.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A server, index or broker could not be reached, or broke off. */
public final class ResourceUnreachable extends UncheckedIOException {
  ResourceUnreachable(String message, IOException cause) {
    super(message, cause);
  }

  ResourceUnreachable(String message) {
    super(message, new IOException(message));
  }
}
