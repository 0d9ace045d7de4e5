package org.millrace.dane;

import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.ApiPage;
import org.millrace.http.Exchange;
import org.millrace.http.Routes;

/**
 * The Swagger document and its page, at {@code /DANE/} as the original has it ({@code
 * contracts/dane.md 1.4}). Open to everybody: nothing of anybody is in them.
 */
final class DanePages {
  private final ApiPage page = new ApiPage(DanePages.class, "swagger.json");

  Routes routes() {
    return page.addTo(Routes.under("/DANE").get("/", this::page, Access.OPEN));
  }

  /** The page's links are relative to a path that ends in a slash. */
  private Answer page(Exchange exchange) {
    return exchange.path().endsWith("/") ? page.page() : Answer.redirect(308, "DANE/");
  }
}
