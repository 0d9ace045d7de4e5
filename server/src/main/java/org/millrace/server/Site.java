package org.millrace.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * Where handles of this data folder mean something: a random name in a file of the folder, so that
 * it goes with the folder wherever that is moved or restored.
 */
final class Site {
  private static final Pattern NAME = Pattern.compile("host-[0-9a-f-]{36}");

  private Site() {}

  /**
   * The site of this data folder, made if there is none.
   *
   * @param nothingStored whether there are no handles yet
   */
  static String in(Path data, BooleanSupplier nothingStored) throws IOException {
    byte[] name =
        new MadeOnce(
                data.resolve("site"),
                bytes -> NAME.matcher(text(bytes)).matches(),
                "attempts under way are not taken up again")
            .read(Site::fresh, nothingStored);
    return text(name);
  }

  private static byte[] fresh() {
    return ("host-" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
