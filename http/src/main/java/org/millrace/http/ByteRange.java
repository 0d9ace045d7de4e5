package org.millrace.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a sized content that a {@code Range} header asks for (RFC 9110, section 14). One
 * range is served; several, other units and what does not parse are ignored, which that document
 * allows, and the whole is sent.
 *
 * @param first its first byte, counted from 0
 * @param length at least 1
 */
record ByteRange(long first, long length) {
  private static final Pattern ONE =
      Pattern.compile("\\s*bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*");

  /** What to send. */
  sealed interface Part {
    /** All of it. */
    record Whole() implements Part {}

    /** A piece. */
    record Piece(ByteRange range) implements Part {}

    /** Nothing of what was asked for exists. */
    record Nothing() implements Part {}
  }

  static Part of(Optional<String> header, long size) {
    Matcher match = ONE.matcher(header.orElse(""));
    if (!match.matches() || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
      return new Part.Whole();
    }
    return match.group(1).isEmpty()
        ? suffix(Long.parseLong(match.group(2)), size)
        : between(Long.parseLong(match.group(1)), match.group(2), size);
  }

  private static Part suffix(long wanted, long size) {
    long length = Math.min(wanted, size);
    return length == 0 ? new Part.Nothing() : new Part.Piece(new ByteRange(size - length, length));
  }

  private static Part between(long first, String lastText, long size) {
    long last = lastText.isEmpty() ? Long.MAX_VALUE : Long.parseLong(lastText);
    if (last < first) {
      return new Part.Whole();
    }
    if (first >= size) {
      return new Part.Nothing();
    }
    return new Part.Piece(new ByteRange(first, Math.min(last, size - 1) - first + 1));
  }

  /** As {@code Content-Range} says it. */
  String of(long size) {
    return "bytes " + first + "-" + (first + length - 1) + "/" + size;
  }
}
