package org.millrace.tes;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tesServiceInfo} on the wire, whose names come from two standards. */
record TesServiceInfo(
    String id,
    String name,
    Type type,
    @Nullable String description,
    Organization organization,
    @JsonProperty("contactUrl") @Nullable String contactUrl,
    @JsonProperty("documentationUrl") @Nullable String documentationUrl,
    @JsonProperty("createdAt") @Nullable String createdAt,
    @JsonProperty("updatedAt") @Nullable String updatedAt,
    @Nullable String environment,
    String version,
    List<String> storage,
    @JsonProperty("tesResources_backend_parameters") List<String> backendParameters) {

  /** Which standard is spoken. */
  record Type(String group, String artifact, String version) {}

  /** Who runs the server. */
  record Organization(String name, String url) {}

  static TesServiceInfo of(ServiceInfo info) {
    return new TesServiceInfo(
        info.id(),
        info.name(),
        new Type("org.ga4gh", "tes", info.typeVersion()),
        info.description().orElse(null),
        new Organization(info.organizationName(), info.organizationUrl()),
        info.contactUrl().orElse(null),
        info.documentationUrl().orElse(null),
        info.createdAt().orElse(null),
        info.updatedAt().orElse(null),
        info.environment().orElse(null),
        info.version(),
        info.storage(),
        Requirements.SUPPORTED);
  }
}
