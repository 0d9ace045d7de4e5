package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether what answers is an Elasticsearch that the Python client would accept ({@code
 * contracts/dane.md 3.9}): a site that works with this SDK works with Python workers too.
 */
final class ElasticsearchProduct {
  private ElasticsearchProduct() {}

  static void check(JsonHttp.Reply hello, List<String> nodes) {
    if (!hello.good()) {
      throw new ResourceUnreachable(
          "ES Connection Failed: " + nodes + " answer " + hello.status() + " to GET /");
    }
    JsonNode about = hello.json(URI.create(nodes.getFirst() + "/"));
    String number = about.path("version").path("number").asText();
    if (!accepted(
        number,
        hello.product(),
        about.path("tagline").asText(),
        about.path("version").path("build_flavor").asText())) {
      throw new ResourceUnreachable(
          nodes
              + " is not an Elasticsearch 7 (it says `"
              + number
              + "`): point ELASTICSEARCH.HOST and PORT at one");
    }
  }

  static boolean accepted(String number, @Nullable String product, String tagline, String flavor) {
    String[] parts = number.split("\\.", -1);
    if (parts.length < 2 || !parts[0].matches("\\d{1,4}") || !parts[1].matches("\\d{1,4}")) {
      return false;
    }
    int major = Integer.parseInt(parts[0]);
    int minor = Integer.parseInt(parts[1]);
    if (major < 7) {
      return false;
    }
    return (major == 7 && minor < 14)
        ? tagline.equals("You Know, for Search") && flavor.equals("default")
        : "Elasticsearch".equals(product);
  }
}
