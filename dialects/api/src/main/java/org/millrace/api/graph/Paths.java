package org.millrace.api.graph;

import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.millrace.domain.task.ContainerPath;

/** Paths as executors see them. One that begins with a reference is looked at when it is filled. */
final class Paths {
  private static final int LONGEST = 4096;

  private Paths() {}

  /** A file or folder below the root. */
  static Optional<String> below(Cursor in) throws IOException {
    return checked(in, ContainerPath::below);
  }

  /** A folder, which may be the root. */
  static Optional<String> anywhere(Cursor in) throws IOException {
    return checked(in, ContainerPath::anywhere);
  }

  private static Optional<String> checked(Cursor in, UnaryOperator<String> form)
      throws IOException {
    Optional<String> given = in.text(LONGEST);
    if (given.isEmpty() || given.get().startsWith(References.BEGIN)) {
      return given;
    }
    try {
      String normal = form.apply(given.get());
      return Optional.of(given.get().contains(References.BEGIN) ? given.get() : normal);
    } catch (IllegalArgumentException unfit) {
      in.fault(unfit.getMessage() + ", not " + Shown.quoted(given.get()));
      return Optional.empty();
    }
  }
}
