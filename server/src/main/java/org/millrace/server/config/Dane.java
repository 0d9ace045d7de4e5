package org.millrace.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * DANE-server with its broker and its Elasticsearch, on the ports that its workers and clients know
 * ({@code contracts/dane.md 5.2}). It listened on all addresses and asked nobody for a password;
 * this listens on the loopback address until an operator says otherwise.
 */
final class Dane implements Compat.Original {
  @Override
  public String name() {
    return "dane";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("faces.dane.listen", "127.0.0.1:5500");
    settings.put("faces.elasticsearch.listen", "127.0.0.1:9200");
    settings.put("broker.kind", "embedded");
    settings.put("broker.port", "5672");
    return settings;
  }

  /** Its settings are in files: {@code millrace config import dane}. */
  @Override
  public Compat.Translation variables(Map<String, String> environment) {
    List<String> warnings = new ArrayList<>();
    if (environment.containsKey("DANE_HOME")) {
      warnings.add(
          "DANE_HOME has no meaning here, only for workers: 'millrace config import dane' says what"
              + " the files that it leads to come to for the server");
    }
    if (environment.containsKey("SUPERVISOR_PROCESS_NAME")) {
      warnings.add(
          "SUPERVISOR_PROCESS_NAME has no meaning here: start one server, which looks after all"
              + " tasks; a second one in the same 'data' is refused");
    }
    return new Compat.Translation(Map.of(), List.of(), warnings);
  }
}
