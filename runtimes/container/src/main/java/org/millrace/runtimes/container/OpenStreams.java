package org.millrace.runtimes.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams of containers that this server holds, and those it lost. Thread-safe. */
final class OpenStreams {
  private final Map<String, Pump> pumps = new ConcurrentHashMap<>();

  /** Containers that were running when the engine went away, as far as this server saw it. */
  private final Set<String> leftAlone = ConcurrentHashMap.newKeySet();

  /** Those of a container that this server started; empty if another one did. */
  Optional<Pump> of(String container) {
    return Optional.ofNullable(pumps.get(container));
  }

  /** Holds these, in place of earlier ones. */
  void keep(String container, Pump pump) {
    Pump earlier = pumps.put(container, pump);
    if (earlier != null) {
      earlier.close();
    }
  }

  /** Closes them; the container goes on. */
  void letGo(String container) {
    Pump pump = pumps.remove(container);
    if (pump != null) {
      pump.close();
    }
  }

  void leaveAlone(String container) {
    leftAlone.add(container);
  }

  boolean isLeftAlone(String container) {
    return leftAlone.contains(container);
  }

  /** It was seen running after the engine had gone away. */
  void survived(String container) {
    leftAlone.remove(container);
  }

  /** Nothing is of interest any more. */
  void forget(String container) {
    leftAlone.remove(container);
    letGo(container);
  }

  void closeAll() {
    List.copyOf(pumps.keySet()).forEach(this::letGo);
  }
}
