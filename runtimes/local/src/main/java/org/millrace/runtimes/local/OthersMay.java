package org.millrace.runtimes.local;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Permissions of the folders and files that are made here, by what others than their owner may. */
final class OthersMay {
  /** Pass through, to what they know by name. */
  static final Set<PosixFilePermission> ENTER = PosixFilePermissions.fromString("rwx--x--x");

  static final Set<PosixFilePermission> ENTER_AND_LIST =
      PosixFilePermissions.fromString("rwxr-xr-x");
  static final Set<PosixFilePermission> NOTHING = PosixFilePermissions.fromString("rwx------");

  static final Set<PosixFilePermission> NOTHING_WITH_FILE =
      PosixFilePermissions.fromString("rw-------");

  private OthersMay() {}
}
