package org.millrace.runtimes.container;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An image as a task names it: {@code alpine}, {@code host:5000/group/tool:1.2}, {@code
 * tool@sha256:...}.
 *
 * @param repository without tag
 * @param tag or digest
 */
record Reference(String repository, String tag) {
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,511}(@[a-z0-9]+:[0-9a-f]{32,128})?");
  private static final String LATEST = "latest";

  /** Empty for what is no reference. */
  static Optional<Reference> parse(String image) {
    if (!FORM.matcher(image).matches() || image.contains("//")) {
      return Optional.empty();
    }
    int digest = image.indexOf('@');
    if (digest > 0) {
      return Optional.of(
          new Reference(untagged(image.substring(0, digest)), image.substring(digest + 1)));
    }
    String repository = untagged(image);
    return Optional.of(
        repository.length() == image.length()
            ? new Reference(image, LATEST)
            : new Reference(repository, image.substring(repository.length() + 1)));
  }

  private static String untagged(String image) {
    int colon = image.lastIndexOf(':');
    return colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
  }
}
