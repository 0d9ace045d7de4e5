package org.millrace.server.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.millrace.http.Listener;

/**
 * Which faces there are, and where they listen: all together where {@code http.port} says, and each
 * also, or only, where {@code faces.NAME.listen} says.
 *
 * @param names of those that are on
 */
record FacesSection(Set<String> names, List<Listener> listeners) {
  static final String TES = "tes";
  static final String API = "api";
  static final String DANE = "dane";

  /** Speaks as a server of its own does; so it is on once it has a place of its own. */
  static final String ELASTICSEARCH = "elasticsearch";

  /** Open, and wanted wherever anybody asks. */
  static final String HEALTH = "health";

  private static final Pattern PLACE = Pattern.compile("(?:(.+):)?(\\d{1,5})");

  FacesSection {
    names = Set.copyOf(names);
    listeners = List.copyOf(listeners);
  }

  static FacesSection read(SettingsReader read, String host, int port) {
    Set<String> together = new LinkedHashSet<>(Set.of(HEALTH));
    Set<String> names = new LinkedHashSet<>();
    List<Listener> own = new ArrayList<>();
    for (String face : List.of(TES, API, DANE)) {
      boolean enabled = read.truth("faces." + face + ".enabled", true);
      List<Listener> listener = listener(read, face);
      if (enabled) {
        names.add(face);
        together.add(face);
        own.addAll(listener);
      }
    }
    List<Listener> search = listener(read, ELASTICSEARCH);
    if (!search.isEmpty()) {
      names.add(ELASTICSEARCH);
      own.addAll(search);
    }
    List<Listener> all = new ArrayList<>();
    all.add(new Listener("http.port", host, port, together));
    all.addAll(own);
    return new FacesSection(names, all);
  }

  /** {@code host:port}, {@code [address]:port}, or a port of the loopback address. */
  private static List<Listener> listener(SettingsReader read, String face) {
    String key = "faces." + face + ".listen";
    return read.optionalText(key).stream()
        .flatMap(said -> {
          Matcher parts = PLACE.matcher(said.strip());
          if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
            read.problem(key, "must be like 127.0.0.1:5500 or 5500, not '" + said + "'");
            return Stream.<Listener>empty();
          }
          String host =
              parts.group(1) == null
                  ? ServerConfig.LOOPBACK
                  : parts.group(1).replaceAll("^\\[(.*)]$", "$1");
          return Stream.of(
              new Listener(key, host, Integer.parseInt(parts.group(2)), Set.of(face, HEALTH)));
        })
        .toList();
  }

  /** Whether others can reach this face. */
  boolean isReachable(String face) {
    return listeners.stream()
        .filter(listener -> listener.faces().contains(face))
        .anyMatch(listener ->
            Home.address(listener.host()).filter(InetAddress::isLoopbackAddress).isEmpty());
  }
}
