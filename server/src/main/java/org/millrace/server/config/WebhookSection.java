package org.millrace.server.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.transfer.WebhookConfig;
import org.millrace.transfer.WebhookCourier;

/**
 * Who is told of ended tasks.
 *
 * @param urls with credentials: neither shown nor stored
 */
public record WebhookSection(List<String> urls, WebhookConfig courier) {

  /** What of a URL may be shown and stored: neither user nor password, path nor query. */
  public static String shown(String url) {
    return SettingsReader.withoutPath(url);
  }

  @Override
  public String toString() {
    return "WebhookSection[urls=" + urls.stream().map(WebhookSection::shown).toList() + "]";
  }

  static WebhookSection read(SettingsReader read) {
    List<String> urls = read.secretUrls("webhooks.urls");
    var seen = new HashSet<String>();
    for (String url : urls) {
      Optional<String> wrong =
          WebhookCourier.problemOf(url)
              .or(() ->
                  seen.add(UrlSecrets.masked(url))
                      ? Optional.empty()
                      : Optional.of("is there twice"));
      wrong.ifPresent(what ->
          read.problem("webhooks.urls", "'" + SettingsReader.withoutPath(url) + "' " + what));
    }
    return new WebhookSection(
        urls,
        read.checked(() -> new WebhookConfig(read.secret("webhooks.secret")))
            .orElse(WebhookConfig.DEFAULT));
  }
}
