package org.millrace.api;

import java.util.regex.Pattern;

/** Hides what must not be shown. */
final class Masked {
  private static final Pattern PASSWORD = Pattern.compile("^([^:/?#]+://[^/?#@:]*):.*@");

  private Masked() {}

  /** A URL for people: a password in it replaced by stars. */
  static String url(String url) {
    return PASSWORD.matcher(url).replaceFirst("$1:***@");
  }
}
