package org.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.Set;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * A page on which what an API document describes can be tried out: Swagger UI, from a WebJar that
 * the face brings. All its links are relative, so that it works behind a proxy that adds a prefix,
 * and it may load nothing from elsewhere. Thread-safe.
 */
public final class ApiPage {
  /** What the page needs of Swagger UI, and nothing else that lies beside it. */
  private static final Set<String> ASSETS =
      Set.of("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png");

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
    return PageFile.beside(face, "swagger-ui.html")
        .answer()
        .with("Content-Security-Policy", POLICY);
  }

  /** Adds what the page asks for, the document among it; open to everybody. */
  public Routes addTo(Routes routes) {
    byte[] described = PageFile.bytes(face, document);
    PageFile start = PageFile.beside(face, "swagger-ui-start.js");
    return routes
        .get("/" + document, _ -> Answer.json(described), Access.OPEN)
        .get("/swagger-ui/start.js", _ -> start.answer(), Access.OPEN)
        .get("/swagger-ui/{file}", this::asset, Access.OPEN);
  }

  private Answer asset(Exchange exchange) {
    String file = exchange.parameter("file");
    if (!ASSETS.contains(file)) {
      throw new Refusal(new Failure.NotFound("page"));
    }
    return PageFile.beside(ApiPage.class, assets + file)
        .answer()
        .with("Cache-Control", "max-age=3600");
  }

  private static String swaggerVersion() {
    try (InputStream in =
        PageFile.open(ApiPage.class, "/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
