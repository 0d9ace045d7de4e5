package org.millrace.store.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The names that begin with a prefix, as SQLite compares text: by code points.
 *
 * @param prefix the least of them
 * @param end the least text that comes after them all; null if there is none
 */
record NameRange(String prefix, @Nullable String end) {

  /** Comes after every text, because SQLite puts texts before blobs. */
  private static final byte[] AFTER_ALL_TEXT = {-1};

  static NameRange of(String prefix) {
    return new NameRange(prefix, after(prefix));
  }

  /**
   * The prefix with its last code point raised; one that cannot be raised is dropped, and the one
   * before it raised.
   */
  private static @Nullable String after(String prefix) {
    int length = prefix.length();
    while (length > 0) {
      int last = prefix.codePointBefore(length);
      length -= Character.charCount(last);
      if (last < Character.MAX_CODE_POINT) {
        return prefix.substring(0, length) + Character.toString(raised(last));
      }
    }
    return null;
  }

  private static int raised(int codePoint) {
    int next = codePoint + 1;
    boolean surrogate = next >= Character.MIN_SURROGATE && next <= Character.MAX_SURROGATE;
    return surrogate ? Character.MAX_SURROGATE + 1 : next; // halves of pairs are no text
  }

  void setEnd(KeptStatement statement, String parameter) throws SQLException {
    if (end == null) {
      statement.set(parameter, AFTER_ALL_TEXT);
    } else {
      statement.set(parameter, end);
    }
  }
}
