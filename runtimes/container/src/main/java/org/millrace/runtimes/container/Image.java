package org.millrace.runtimes.container;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An image that the engine has.
 *
 * @param id of its configuration, {@code sha256:...}; never another image's
 * @param digest by which a registry knows it, if it came from one
 * @param platform {@code linux/amd64}
 * @param volumes folders it declares to be volumes
 */
record Image(String id, Optional<String> digest, String platform, List<String> volumes) {
  Image {
    volumes = List.copyOf(volumes);
  }

  static String platform(String os, String architecture) {
    String machine =
        switch (architecture.toLowerCase(Locale.ROOT)) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> architecture;
        };
    return os + "/" + machine;
  }
}
