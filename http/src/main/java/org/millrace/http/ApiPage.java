package org.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * A page on which what an API document describes can be tried out: Swagger UI, from a WebJar that
 * the face brings. All its links are relative, so that it works behind a proxy that adds a prefix,
 * and it may load nothing from elsewhere. Thread-safe.
 */
public final class ApiPage {
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** What the page needs of Swagger UI, and nothing else that lies beside it. */
  private static final Map<String, String> ASSETS =
      Map.of(
          "swagger-ui.css", "text/css; charset=utf-8",
          "swagger-ui-bundle.js", SCRIPT,
          "favicon-32x32.png", "image/png");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
          + "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

  private final Class<?> face;
  private final String document;
  private final String assets = "/META-INF/resources/webjars/swagger-ui/" + swaggerVersion() + "/";

  /**
   * Reads nothing yet but the version of Swagger UI.
   *
   * @param face beside which {@code swagger-ui.html}, {@code swagger-ui-start.js} and the document
   *     lie
   * @param document its file name, by which the page knows it
   */
  public ApiPage(Class<?> face, String document) {
    this.face = face;
    this.document = document;
  }

  /** The page itself. */
  public Answer page() {
    return plain("text/html; charset=utf-8", ours("swagger-ui.html"))
        .with("Content-Security-Policy", POLICY);
  }

  /** Adds what the page asks for, the document among it; open to everybody. */
  public Routes addTo(Routes routes) {
    byte[] described = ours(document);
    byte[] start = ours("swagger-ui-start.js");
    return routes
        .get("/" + document, _ -> Answer.json(described), Access.OPEN)
        .get("/swagger-ui/start.js", _ -> plain(SCRIPT, start), Access.OPEN)
        .get("/swagger-ui/{file}", this::asset, Access.OPEN);
  }

  private Answer asset(Exchange exchange) {
    String file = exchange.parameter("file");
    String type = ASSETS.get(file);
    if (type == null) {
      throw new Refusal(new Failure.NotFound("page"));
    }
    return plain(type, bytes(ApiPage.class, assets + file)).with("Cache-Control", "max-age=3600");
  }

  private static Answer plain(String type, byte[] bytes) {
    return Answer.bytes(200, type, bytes).with("X-Content-Type-Options", "nosniff");
  }

  private byte[] ours(String name) {
    return bytes(face, name);
  }

  private static String swaggerVersion() {
    try (InputStream in =
        open(ApiPage.class, "/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static byte[] bytes(Class<?> beside, String path) {
    try (InputStream in = open(beside, path)) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static InputStream open(Class<?> beside, String path) {
    @Nullable InputStream in = beside.getResourceAsStream(path);
    if (in == null) {
      throw new IllegalStateException("this build of the server lacks " + path);
    }
    return in;
  }
}
