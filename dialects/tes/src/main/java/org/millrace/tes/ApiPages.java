package org.millrace.tes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Routes;

/**
 * The OpenAPI document of the TES face, and a page to try it out, for browsers at the root.
 *
 * <p>Contract ({@code contracts/tes.md 10.1}): {@code /} leads to {@code swagger-ui.html} with 307,
 * a relative location and no body. All links are relative, so that the pages work behind a proxy
 * that adds a prefix. Nothing is loaded from elsewhere.
 */
final class ApiPages {
  private static final String PAGE = "swagger-ui.html";
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

  private final byte[] document = ours("openapi.json");
  private final byte[] page = ours(PAGE);
  private final byte[] start = ours("swagger-ui-start.js");
  private final String assets = "/META-INF/resources/webjars/swagger-ui/" + swaggerVersion() + "/";

  Routes routes() {
    return Routes.under("")
        .get("/", _ -> Answer.redirect(307, PAGE), Access.OPEN)
        .get("/" + PAGE, _ -> page(), Access.OPEN)
        .get("/openapi.json", _ -> Answer.json(document), Access.OPEN)
        .get("/swagger-ui/start.js", _ -> plain(SCRIPT, start), Access.OPEN)
        .get("/swagger-ui/{file}", this::asset, Access.OPEN);
  }

  private Answer page() {
    return plain("text/html; charset=utf-8", page).with("Content-Security-Policy", POLICY);
  }

  private Answer asset(Exchange exchange) {
    String file = exchange.parameter("file");
    String type = ASSETS.get(file);
    if (type == null) {
      throw new Refusal(new Failure.NotFound("page " + Quoted.of(file)));
    }
    return plain(type, bytes(assets + file)).with("Cache-Control", "max-age=3600");
  }

  private static Answer plain(String type, byte[] bytes) {
    return Answer.bytes(200, type, bytes).with("X-Content-Type-Options", "nosniff");
  }

  private static byte[] ours(String name) {
    return bytes("/org/millrace/tes/" + name);
  }

  private static String swaggerVersion() {
    try (InputStream in = open("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static byte[] bytes(String path) {
    try (InputStream in = open(path)) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static InputStream open(String path) {
    @Nullable InputStream in = ApiPages.class.getResourceAsStream(path);
    if (in == null) {
      throw new IllegalStateException("this build of the server lacks " + path);
    }
    return in;
  }
}
