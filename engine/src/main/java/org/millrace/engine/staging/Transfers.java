package org.millrace.engine.staging;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.staging.Transfer.Direction;
import org.millrace.engine.staging.Transfer.TransferFailed;

/** The transfers of this server; picks the one that speaks a URL's scheme. Thread-safe. */
public final class Transfers {
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*", Pattern.DOTALL);
  private static final String PLAIN_PATH = "";

  private final Map<String, Transfer> byScheme = new HashMap<>();

  /**
   * Joins transfers.
   *
   * @throws IllegalArgumentException when two of them speak the same scheme
   */
  public Transfers(List<Transfer> transfers) {
    for (Transfer transfer : transfers) {
      for (String scheme : transfer.schemes()) {
        if (byScheme.put(scheme, transfer) != null) {
          throw new IllegalArgumentException("two transfers speak '" + scheme + "'");
        }
      }
    }
  }

  /**
   * Says what is wrong with a URL before anything is stored.
   *
   * @throws Refusal {@code Invalid} when no transfer speaks its scheme, naming those that are
   *     spoken; else what the transfer itself objects to
   */
  public void check(String field, String url, Direction direction) {
    spokenBy(url)
        .orElseThrow(() -> Refusal.invalid(field, unsupported(url)))
        .check(field, url, direction);
  }

  /** The transfer that speaks this URL's scheme. */
  Transfer speaking(String url) throws TransferFailed {
    return spokenBy(url)
        .orElseThrow(() ->
            new TransferFailed(Cause.ofCaller("scheme-unsupported", unsupported(url), ""), false));
  }

  private Optional<Transfer> spokenBy(String url) {
    return schemeOf(url).map(byScheme::get);
  }

  /**
   * The scheme in lower case; the empty text for a plain absolute path; nothing for what is
   * neither.
   */
  static Optional<String> schemeOf(String url) {
    if (url.startsWith("/")) {
      return Optional.of(PLAIN_PATH);
    }
    Matcher matcher = SCHEME.matcher(url);
    return matcher.matches()
        ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  private String unsupported(String url) {
    return schemeOf(url)
            .map(scheme ->
                scheme.equals(PLAIN_PATH)
                    ? "plain paths are not supported"
                    : "scheme '" + scheme + "' is not supported")
            .orElse("neither a URL nor an absolute path")
        + "; supported are "
        + supported();
  }

  private String supported() {
    return byScheme.isEmpty()
        ? "none"
        : new TreeSet<>(byScheme.keySet())
            .stream()
                .map(scheme -> scheme.equals(PLAIN_PATH) ? "plain absolute paths" : scheme)
                .collect(Collectors.joining(", "));
  }
}
