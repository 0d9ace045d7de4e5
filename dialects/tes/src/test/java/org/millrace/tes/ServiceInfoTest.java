package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the server says of itself ({@code contracts/tes.md 4.9}). */
class ServiceInfoTest {

  @Test
  void says_what_is_required_and_nothing_that_was_not_configured() {
    try (var server = TesServer.start()) {
      assertThat(server.get("/v1/service-info").ok())
          .isEqualTo(
              TesServer.json(
                  """
                  {"id": "org.millrace.tes", "name": "Millrace",
                   "type": {"group": "org.ga4gh", "artifact": "tes", "version": "1.1.0"},
                   "description": "GA4GH Task Execution Service",
                   "organization": {"name": "Unnamed", "url": "https://organization.example"},
                   "version": "0.0.0-test", "storage": [],
                   "tesResources_backend_parameters": ["runtime"]}
                  """));
    }
  }

  @Test
  void every_field_is_the_operators_to_say_byte_for_byte() {
    var info =
        new ServiceInfo(
            "org.example.tes",
            "Example",
            "1.0.0",
            Optional.empty(),
            "Example University",
            "https://www.example.org",
            Optional.of("mailto:help@example.org"),
            Optional.of("https://docs.example.org"),
            Optional.of("2021-10-26T00:00:00+00:00"),
            Optional.of("2022-10-26T00:00:00+00:00"),
            Optional.of("dev"),
            "0.2.0\n",
            List.of("s3://bucket/"));
    try (var server = TesServer.setup().with(TesConfig.standard("x").with(info)).start()) {
      assertThat(server.get("/ga4gh/tes/v1/service-info").ok())
          .isEqualTo(
              TesServer.json(
                  """
                  {"id": "org.example.tes", "name": "Example",
                   "type": {"group": "org.ga4gh", "artifact": "tes", "version": "1.0.0"},
                   "organization": {"name": "Example University",
                                    "url": "https://www.example.org"},
                   "contactUrl": "mailto:help@example.org",
                   "documentationUrl": "https://docs.example.org",
                   "createdAt": "2021-10-26T00:00:00+00:00",
                   "updatedAt": "2022-10-26T00:00:00+00:00",
                   "environment": "dev", "version": "0.2.0\\n", "storage": ["s3://bucket/"],
                   "tesResources_backend_parameters": ["runtime"]}
                  """));
    }
  }

  @Test
  void refuses_to_say_nothing_where_something_is_required() {
    assertThatThrownBy(() -> ServiceInfo.standard(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tes.service-info.version: must be given");
  }
}
