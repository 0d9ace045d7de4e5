package org.millrace.engine.staging;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.graph.Template;

/**
 * A text where a secret stands, in a plan whose references are not filled yet. Written out it is
 * sealed; as a reference it holds nothing to seal; of a mixture the written part would be stored in
 * clear, and so there is none. References to steps count as written out: who fills them has opened
 * the whole text before. Pure.
 */
final class PlannedSecret {
  private static final Set<Root> ROOTS = EnumSet.allOf(Root.class);

  /** It says what the reference after it is, and is no secret. */
  private static final Pattern SCHEME =
      Pattern.compile("(Basic|Bearer|Token|ApiKey|OAuth) +", Pattern.CASE_INSENSITIVE);

  private PlannedSecret() {}

  /**
   * Whether there is no reference in it to what is known later.
   *
   * @throws Refusal naming {@code field}, if there is one beside what is written out
   */
  static boolean isWrittenOut(String field, String text) {
    try {
      boolean refers = Template.of(text, ROOTS).references().anyMatch(PlannedSecret::isOutside);
      if (refers && Template.of(withoutScheme(text), ROOTS).onlyReference().isEmpty()) {
        throw mixed(field);
      }
      return !refers;
    } catch (BadReference _) { // a reference that reaches beyond the place of the secret
      throw mixed(field);
    }
  }

  static Refusal mixed(String field) {
    return Refusal.invalid(
        field,
        "holds a password or token that is partly a reference, which cannot be kept secret: write"
            + " all of it, or refer to all of it (after a word like Bearer, too)");
  }

  private static String withoutScheme(String text) {
    Matcher scheme = SCHEME.matcher(text);
    return scheme.lookingAt() ? text.substring(scheme.end()) : text;
  }

  private static boolean isOutside(Reference reference) {
    return switch (reference) {
      case Reference.OfNode _, Reference.OfItem _, Reference.OfIndex _ -> true;
      case Reference.OfStep _, Reference.OfKey _ -> false;
    };
  }
}
