package org.millrace.tes;

import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.ApiPage;
import org.millrace.http.Routes;

/**
 * The OpenAPI document of the TES face, and a page to try it out, for browsers at the root.
 *
 * <p>Contract ({@code contracts/tes.md 10.1}): {@code /} leads to {@code swagger-ui.html} with 307,
 * a relative location and no body.
 */
final class ApiPages {
  private static final String PAGE = "swagger-ui.html";

  private final ApiPage page = new ApiPage(ApiPages.class, "openapi.json");

  Routes routes() {
    return page.addTo(
        Routes.under("")
            .get("/", _ -> Answer.redirect(307, PAGE), Access.OPEN)
            .get("/" + PAGE, _ -> page.page(), Access.OPEN));
  }
}
