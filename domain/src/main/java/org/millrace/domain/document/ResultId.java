package org.millrace.domain.document;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Names one result within its space.
 *
 * @param text 20 characters of URL-safe base64 (contracts/dane.md 1.3)
 */
public record ResultId(String text) implements Comparable<ResultId> {
  /** So much chance is in one. */
  public static final int BYTES = 15;

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{20}");

  public ResultId {
    if (!isValid(text)) {
      throw new IllegalArgumentException("result id: 20 letters, digits, '-' or '_'");
    }
  }

  /** The id that this chance makes. */
  public static ResultId of(byte[] chance) {
    return new ResultId(Base64.getUrlEncoder().withoutPadding().encodeToString(chance));
  }

  /** Whether a text that came from outside could name a result at all. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  @Override
  public int compareTo(ResultId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
