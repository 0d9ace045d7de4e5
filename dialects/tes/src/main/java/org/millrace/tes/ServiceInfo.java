package org.millrace.tes;

import java.util.List;
import java.util.Optional;

/**
 * What the server says of itself under {@code service-info} ({@code contracts/tes.md 4.9}). All of
 * it is the operator's choice; tests of the originals compare some of it byte for byte.
 *
 * @param id reverse domain name of the service
 * @param name for people
 * @param typeVersion of the standard: {@code 1.1.0}, or {@code 1.0.0} for clients that insist
 * @param organizationName who runs it
 * @param organizationUrl their page
 * @param createdAt RFC 3339
 * @param updatedAt RFC 3339
 * @param environment like {@code prod} or {@code test}
 * @param version of the server
 * @param storage places it can read and write, as URLs
 */
public record ServiceInfo(
    String id,
    String name,
    String typeVersion,
    Optional<String> description,
    String organizationName,
    String organizationUrl,
    Optional<String> contactUrl,
    Optional<String> documentationUrl,
    Optional<String> createdAt,
    Optional<String> updatedAt,
    Optional<String> environment,
    String version,
    List<String> storage) {

  public ServiceInfo {
    storage = List.copyOf(storage);
    check("id", id);
    check("name", name);
    check("type-version", typeVersion);
    check("organization-name", organizationName);
    check("organization-url", organizationUrl);
    check("version", version);
  }

  /** What a server says whose operator has said nothing. */
  public static ServiceInfo standard(String version) {
    return new ServiceInfo(
        "org.millrace.tes",
        "Millrace",
        "1.1.0",
        Optional.of("GA4GH Task Execution Service"),
        "Unnamed",
        "https://organization.example",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        version,
        List.of());
  }

  private static void check(String key, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("tes.service-info." + key + ": must be given");
    }
  }
}
