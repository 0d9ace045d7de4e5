package org.millrace.dane.elasticsearch;

import org.millrace.domain.failure.Refusal;

/** Refusals of what DANE's programs are not known to send. */
final class NotUnderstood {
  static final String WHO =
      "this is Millrace's face for DANE workers and clients, which answers what they ask and"
          + " nothing else (docs/dane-elasticsearch.md)";

  private static final int MOST_CHARACTERS = 300;

  private NotUnderstood() {}

  /** Names the part. */
  static Refusal at(String place) {
    return Refusal.invalid(shortened(place), "not understood: " + WHO);
  }

  /** The beginning of what may be of any length, without characters that a log would act upon. */
  static String shortened(String text) {
    int end =
        text.offsetByCodePoints(
            0, Math.min(MOST_CHARACTERS, text.codePointCount(0, text.length())));
    String begin = text.substring(0, end).replaceAll("\\p{Cntrl}", " ");
    return end < text.length() ? begin + "…" : begin;
  }
}
