package org.millrace.sdk;

import java.io.IOException;

/**
 * What DANE refuses ({@code contracts/dane.md 6.1}); the nested classes are the exceptions of the
 * Python library, by their names without the ending. Faults of the network are {@link
 * ResourceUnreachable} instead.
 */
public abstract class DaneException extends RuntimeException {
  DaneException(String message) {
    super(message);
  }

  /** An object was to be loaded whose fields are not those of its kind: state 400 in a worker. */
  public static final class Malformed extends DaneException {
    Malformed(String message) {
      super(message);
    }
  }

  /** There is no handler to ask. */
  public static final class MissingEndpoint extends DaneException {
    MissingEndpoint(String message) {
      super(message);
    }
  }

  /** The object has an id already, so it was registered before. */
  public static final class ApiRegistration extends DaneException {
    ApiRegistration(String message) {
      super(message);
    }
  }

  /** {@code CONFIG.REQUIRED} is true and the working directory has no {@code config.yml}. */
  public static final class ConfigRequired extends DaneException {
    ConfigRequired(String message) {
      super(message);
    }
  }

  /** The document exists already, or does not exist; the message tells which. */
  public static final class DocumentExists extends DaneException {
    DocumentExists(String message) {
      super(message);
    }
  }

  /** The task exists already, or does not exist; the message tells which. */
  public static final class TaskExists extends DaneException {
    TaskExists(String message) {
      super(message);
    }
  }

  /** The result exists already, or does not exist; the message tells which. */
  public static final class ResultExists extends DaneException {
    ResultExists(String message) {
      super(message);
    }
  }

  /** The document has such a task already, or has none; the message tells which. */
  public static final class TaskAssigned extends DaneException {
    TaskAssigned(String message) {
      super(message);
    }
  }

  /** The object has no id yet, and what was asked for needs one. */
  public static final class Unregistered extends DaneException {
    Unregistered(String message) {
      super(message);
    }
  }

  /**
   * The server answered what it should not have, and the message has its status and its words; or
   * it is not the one that its certificate names, or none that is trusted.
   */
  public static final class Refused extends DaneException {
    private final int status;

    Refused(int status, String message) {
      super(message);
      this.status = status;
    }

    Refused(String message, IOException cause) {
      this(0, message);
      initCause(cause);
    }

    /** The HTTP status; 0 if it did not come to one. */
    public int status() {
      return status;
    }

    /** Whether the server had too much to do, or was not ready: 429, 502, 503 or 504. */
    public boolean isPassing() {
      return status == 429 || JsonHttp.isAway(status);
    }
  }

  /** No queue takes messages of this routing key. */
  public static final class Unroutable extends DaneException {
    Unroutable(String message) {
      super(message);
    }
  }
}
