package org.millrace.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.core5.http.ContentType;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** What the listing of one folder links to. Pure. */
final class IndexPage {
  private static final JsonMapper JSON = new JsonMapper();

  private IndexPage() {}

  /** References as written, in order. Empty if the page is of a type that lists nothing. */
  static Optional<List<String>> references(String contentType, byte[] page) throws IOException {
    String type = contentType.toLowerCase(Locale.ROOT);
    if (type.isEmpty() || type.startsWith("text/html") || type.startsWith("application/xhtml")) {
      return Optional.of(ofHtml(contentType, page));
    }
    return type.startsWith("application/json") ? ofJson(page) : Optional.empty();
  }

  private static List<String> ofHtml(String contentType, byte[] page) throws IOException {
    ContentType type = ContentType.parseLenient(contentType);
    @Nullable Charset charset = type == null ? null : type.getCharset();
    @Nullable String name =
        charset == null ? null : charset.name(); // null: the page says, or UTF-8
    List<String> references = new ArrayList<>();
    for (Element link : Jsoup.parse(new ByteArrayInputStream(page), name, "").select("a[href]")) {
      references.add(link.attr("href"));
    }
    return references;
  }

  /**
   * nginx with {@code autoindex_format json}: an array of objects with {@code name} and {@code
   * type}.
   */
  private static Optional<List<String>> ofJson(byte[] page) {
    List<String> references = new ArrayList<>();
    JsonNode listing;
    try {
      listing = JSON.readTree(page);
    } catch (IOException _) {
      return Optional.empty(); // not JSON: memory itself does not fail
    }
    for (JsonNode entry : listing) {
      if (!entry.path("name").isTextual() || !entry.path("type").isTextual()) {
        return Optional.empty();
      }
      boolean folder = entry.path("type").textValue().equals("directory");
      references.add(
          "./" + HttpUrl.encodeName(entry.path("name").textValue()) + (folder ? "/" : ""));
    }
    return listing.isArray() ? Optional.of(references) : Optional.empty();
  }
}
