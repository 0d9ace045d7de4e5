package org.millrace.tes;

import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ContainerPath;

/**
 * Paths of a request, in the one form of {@link ContainerPath}.
 *
 * <p>Contract ({@code contracts/tes.md 3.1, 4.1, 4.5}): every refusal names the field.
 */
final class TesPath {
  private TesPath() {}

  /** A file or folder below the root. */
  static String below(String field, String path) {
    try {
      return ContainerPath.below(path);
    } catch (IllegalArgumentException unfit) {
      throw refused(field, path, unfit);
    }
  }

  /** A folder, which may be the root. */
  static String anywhere(String field, String path) {
    try {
      return ContainerPath.anywhere(path);
    } catch (IllegalArgumentException unfit) {
      throw refused(field, path, unfit);
    }
  }

  private static Refusal refused(String field, String path, IllegalArgumentException unfit) {
    return Refusal.invalid(field, unfit.getMessage() + ", not " + Quoted.of(path));
  }
}
