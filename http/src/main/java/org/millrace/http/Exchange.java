package org.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Caller;

/**
 * A request as its handler sees it. Belongs to the thread that handles it, and ends with its
 * answer.
 */
public final class Exchange {
  private final String method;
  private final String path;
  private final Map<String, String> parameters;
  private final Supplier<Query> parseQuery;
  private final HttpFields headers;
  private final Optional<Caller> caller;
  private final boolean fromElsewhere;
  private final InetSocketAddress remote;
  private final InputStream body;
  private @Nullable Query query;

  Exchange(
      String method,
      String path,
      Map<String, String> parameters,
      Supplier<Query> parseQuery,
      HttpFields headers,
      Optional<Caller> caller,
      boolean fromElsewhere,
      InetSocketAddress remote,
      InputStream body) {
    this.method = method;
    this.path = path;
    this.parameters = parameters;
    this.parseQuery = parseQuery;
    this.headers = headers;
    this.caller = caller;
    this.fromElsewhere = fromElsewhere;
    this.remote = remote;
    this.body = body;
  }

  /** As sent; a GET handler also sees {@code HEAD}. */
  public String method() {
    return method;
  }

  /**
   * The path with {@code ..} resolved and without a query, decoded except where that would be
   * ambiguous.
   */
  public String path() {
    return path;
  }

  /**
   * A parameter of the route's template, decoded.
   *
   * @throws IllegalArgumentException if the template has none of that name
   */
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("this route has no parameter {" + name + "}");
    }
    return value;
  }

  /**
   * The query.
   *
   * @throws org.millrace.domain.failure.Refusal invalid: percent-encoding or UTF-8 that cannot be
   *     decoded
   */
  public Query query() {
    Query known = query;
    if (known == null) {
      known = parseQuery.get();
      query = known;
    }
    return known;
  }

  /** The first header of this name, in any case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** All header lines of this name, in any case. */
  public List<String> headers(String name) {
    return headers.getValuesList(name);
  }

  /** Where a client that was cut off wants an event stream to go on. */
  public Optional<String> lastEventId() {
    return header("Last-Event-ID").filter(id -> !id.isEmpty());
  }

  /**
   * Who asks.
   *
   * @throws IllegalStateException on an open route, which nobody has signed in to
   */
  public Caller caller() {
    return caller.orElseThrow(() -> new IllegalStateException("an open route has no caller"));
  }

  /**
   * Whether a browser sends this for a page of another site, whose origin is not allowed. Changes
   * by other methods than GET are refused before; a handler that does something by GET asks.
   */
  public boolean isFromElsewhere() {
    return fromElsewhere;
  }

  /** The peer. */
  public InetSocketAddress remote() {
    return remote;
  }

  /**
   * The body, decoded from gzip where it was sent so. Reading it throws {@link ClientGone} or an
   * unchecked exception when it breaks off, is above the face's limit, or is not what its headers
   * say. The server then answers that, whatever the handler makes of it.
   */
  public InputStream body() {
    return body;
  }

  /** All of the body, which the face's limit bounds. Empty if there is none. */
  public byte[] bytes() throws IOException {
    return body.readAllBytes();
  }
}
