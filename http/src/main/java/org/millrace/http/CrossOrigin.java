package org.millrace.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.http.signin.SignIn;

/**
 * What web pages from elsewhere may do. Reading answers is the browser's to forbid and the allowed
 * origins' to permit (CORS). Changing something is refused here as well, because a browser sends
 * simple requests, a form or text posted to a server on the user's own machine, before it asks
 * anybody. And where nobody signs in, a public name in {@code Host} is refused for reading too, in
 * requests without credentials: its owner may have led the name here ("DNS rebinding"), and the
 * browser then takes our answers for his.
 */
final class CrossOrigin {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");
  private static final String EXPOSED =
      "Location, Content-Range, Accept-Ranges, Log-Part, Retry-After, Allow, ETag";

  /** RFC 6761, 6762 and 8375; .internal by ICANN; the others are habits that it never delegated. */
  private static final List<String> PRIVATE =
      List.of(".home.arpa", ".internal", ".lan", ".local", ".localdomain", ".svc", ".test");

  private final Set<String> allowed;

  CrossOrigin(Set<String> allowed) {
    this.allowed = allowed;
  }

  /**
   * Refuses a change that a foreign page asks for with the credentials, or the address, of its
   * reader.
   */
  void check(String method, HttpFields headers, SignIn signIn) {
    if (!isProven(headers, signIn)) {
      checkName(headers.get("Host"), signIn.onlyOnLoopback());
    }
    String origin = headers.get("Origin");
    if (origin == null
        || SAFE.contains(method)
        || mayChange(origin, headers)
        || isOurs(origin, headers, signIn)) {
      return;
    }
    throw new Refusal(
        new Failure.Denied(
            "a page from " + origin + " may not do this; name its origin in http.allowed-origins"));
  }

  /**
   * Whether a browser says that a page of another site sends this, which is not allowed by name: by
   * {@code Origin}, by {@code Referer}, or by {@code Sec-Fetch-Site}, which browsers send only over
   * https and to their own machine. For what is done by GET, which {@link #check} lets pass.
   */
  boolean isFromElsewhere(HttpFields headers, SignIn signIn) {
    boolean saidForeign = FOREIGN.contains(Objects.toString(headers.get("Sec-Fetch-Site"), ""));
    String origin =
        Optional.ofNullable(headers.get("Origin"))
            .or(() -> Optional.ofNullable(headers.get("Referer")).map(CrossOrigin::origin))
            .orElse("");
    if (origin.isEmpty()) {
      return saidForeign;
    }
    return !mayChange(origin, headers) && (saidForeign || !isOurs(origin, headers, signIn));
  }

  /** Of a page; {@code null} if it has none that can be told, as browsers write it. */
  private static String origin(String page) {
    String authority = authority(page);
    int end = page.indexOf("://");
    return authority.isEmpty() || end < 0 ? "null" : page.substring(0, end) + "://" + authority;
  }

  /** Whether the caller proves who they are, be it that they need not. */
  private static boolean isProven(HttpFields headers, SignIn signIn) {
    return signIn.asksForCredentials()
        || (signIn.checksCredentials() && headers.contains(HttpHeader.AUTHORIZATION));
  }

  /**
   * A page that {@code *} lets in may be anybody's, and the browser may have added a password that
   * it keeps for its reader: then only a page whose origin is listed by name acts with it.
   */
  private boolean mayChange(String origin, HttpFields headers) {
    return allowed.contains(origin)
        || (allowed.contains("*") && !headers.contains(HttpHeader.AUTHORIZATION));
  }

  private void checkName(@Nullable String host, boolean onlyOnLoopback) {
    if (host != null && mayBeLedHere(host, onlyOnLoopback) && !isNameOfAllowed(host)) {
      throw new Refusal(
          new Failure.Denied(
              "without sign-in this server answers to "
                  + (onlyOnLoopback ? "addresses and localhost" : "addresses and local names")
                  + ", not to '"
                  + host
                  + "'; sign in, or name its origin in http.allowed-origins"));
    }
  }

  /**
   * Whether a stranger can make this name lead here, and so let a browser take their page for one
   * of ours. A server that others cannot reach anyway is kept from those of its own network as
   * well, who may answer for names that nobody outside can register.
   */
  private static boolean mayBeLedHere(String authority, boolean onlyOnLoopback) {
    return isPublicName(authority) || (onlyOnLoopback && isPrivateName(host(authority)));
  }

  /**
   * A name that somebody can register; not an address, not a name within one machine or network.
   */
  private static boolean isPublicName(String authority) {
    String host = host(authority);
    return host.contains(".")
        && !isLoopback(authority)
        && !host.matches("[0-9.]+|\\[.*]")
        && !isPrivateName(host);
  }

  private static boolean isPrivateName(String host) {
    return PRIVATE.stream().anyMatch(host::endsWith);
  }

  private boolean isNameOfAllowed(String host) {
    return allowed.contains("*")
        || allowed.stream()
            .map(origin -> host(authority(origin)))
            .anyMatch(name -> sameText(name, host(host)));
  }

  /** What every answer to this request carries. */
  List<Header> headersFor(HttpFields request) {
    String origin = request.get("Origin");
    if (allowed.isEmpty() || origin == null) {
      return List.of();
    }
    if (!isAllowed(origin)) {
      return List.of(new Header("Vary", "Origin"));
    }
    var headers = new ArrayList<Header>();
    headers.add(new Header("Vary", "Origin"));
    headers.add(new Header("Access-Control-Allow-Origin", allowed.contains(origin) ? origin : "*"));
    headers.add(new Header("Access-Control-Expose-Headers", EXPOSED));
    if (allowed.contains(origin)) {
      headers.add(new Header("Access-Control-Allow-Credentials", "true"));
    }
    return headers;
  }

  /**
   * The answer to a browser that asks first; empty if this is not one, or its origin is not
   * allowed.
   */
  Optional<Answer> preflight(String method, HttpFields request, Collection<String> methods) {
    String origin = request.get("Origin");
    boolean asks = method.equals("OPTIONS") && request.contains("Access-Control-Request-Method");
    if (!asks || origin == null || !isAllowed(origin)) {
      return Optional.empty();
    }
    Answer answer =
        Answer.empty(204)
            .with("Access-Control-Allow-Methods", String.join(", ", methods))
            .with("Access-Control-Max-Age", "600");
    String wanted = request.get("Access-Control-Request-Headers");
    return Optional.of(
        wanted == null ? answer : answer.with("Access-Control-Allow-Headers", wanted));
  }

  private boolean isAllowed(String origin) {
    return allowed.contains(origin) || allowed.contains("*");
  }

  private static boolean isOurs(String origin, HttpFields headers, SignIn signIn) {
    String authority = authority(origin);
    if (!isProven(headers, signIn)) { // a foreign name may lead here, so Host proves little
      return isLoopback(authority) || isOfThisNetwork(authority, headers, signIn);
    }
    return "same-origin".equals(headers.get("Sec-Fetch-Site"))
        || sameText(authority, headers.get("Host"))
        || sameText(authority, headers.get("X-Forwarded-Host"));
  }

  /**
   * An address, or a name that nobody can register, under which others may reach this server: no
   * stranger leads that here.
   */
  private static boolean isOfThisNetwork(String authority, HttpFields headers, SignIn signIn) {
    return !signIn.onlyOnLoopback()
        && !isPublicName(authority)
        && sameText(authority, headers.get("Host"));
  }

  private static boolean sameText(String authority, @Nullable String host) {
    return host != null && !authority.isEmpty() && authority.equals(host.toLowerCase(Locale.ROOT));
  }

  private static String authority(String origin) {
    try {
      return Optional.ofNullable(URI.create(origin).getAuthority())
          .orElse("")
          .toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  private static boolean isLoopback(String authority) {
    String host = host(authority);
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  /** Without port, and without the dot that ends a name in full. */
  private static String host(String authority) {
    return authority.replaceFirst(":\\d+$", "").replaceFirst("\\.$", "").toLowerCase(Locale.ROOT);
  }
}
