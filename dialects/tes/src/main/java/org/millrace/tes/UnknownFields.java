package org.millrace.tes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * Fields of a request that the standard does not know. They are skipped; where a request is refused
 * for something that is missing, one of them is perhaps what was meant.
 */
final class UnknownFields {
  /** Whoever sends more of them meant something else. */
  private static final int MOST = 3;

  private final Set<String> names = new LinkedHashSet<>();
  private boolean more;

  /** The same refusal, naming them if the request lacks something. */
  Refusal explain(Refusal refusal) {
    return switch (refusal.failure()) {
      case Failure.Invalid(String field, String reason)
          when !names.isEmpty() && reason.startsWith(Given.REQUIRED) ->
          Refusal.invalid(
              field,
              reason
                  + "; not known, and skipped: "
                  + names.stream().map(Quoted::of).collect(Collectors.joining(", "))
                  + (more ? ", ..." : ""));
      default -> refusal;
    };
  }

  private void add(String name) {
    if (names.size() < MOST) {
      names.add(name);
    } else {
      more |= !names.contains(name);
    }
  }

  /** Notes them in the attribute of this class. */
  static final class Listener extends DeserializationProblemHandler {
    @Override
    public boolean handleUnknownProperty(
        DeserializationContext context,
        JsonParser json,
        JsonDeserializer<?> reader,
        Object beanOrClass,
        @Nullable String name)
        throws IOException {
      if (name != null
          && context.getAttribute(UnknownFields.class) instanceof UnknownFields fields) {
        fields.add(name);
      }
      json.skipChildren();
      return true;
    }
  }
}
