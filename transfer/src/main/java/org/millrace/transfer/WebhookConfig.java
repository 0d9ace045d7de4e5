package org.millrace.transfer;

import java.util.Optional;

/**
 * How web-hooks are told ({@code webhooks.*}).
 *
 * @param secret {@code secret}: signs each body, if set; at least 16 characters. Never shown
 */
public record WebhookConfig(Optional<String> secret) {

  /** Nothing is signed. */
  public static final WebhookConfig DEFAULT = new WebhookConfig(Optional.empty());

  /**
   * Refuses bad values.
   *
   * @throws IllegalArgumentException naming the key
   */
  public WebhookConfig {
    if (secret.isPresent() && secret.get().length() < 16) {
      throw new IllegalArgumentException("webhooks.secret: must have at least 16 characters");
    }
  }

  @Override
  public String toString() {
    return "WebhookConfig[secret=" + (secret.isPresent() ? "***" : "none") + "]";
  }
}
