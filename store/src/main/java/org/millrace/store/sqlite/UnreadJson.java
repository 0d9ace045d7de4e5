package org.millrace.store.sqlite;

import org.millrace.store.json.StoredJson;

/** JSON as it is stored, not read yet: that is left to the caller's thread. */
final class UnreadJson {
  private final byte[] utf8;

  UnreadJson(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** How much it is, in bytes. */
  int size() {
    return utf8.length;
  }

  <T> T as(Class<T> type) {
    return StoredJson.read(utf8, type);
  }
}
