package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {
  private static final Provenance BEGUN =
      Provenance.begun(
          InstantSource.fixed(Instant.ofEpochMilli(1_500)),
          "asr",
          "speech",
          Map.of("in", "a"),
          Map.of("beam", 5),
          Map.of("kaldi", "https://example.org"));

  @Test
  void an_activity_is_open_until_it_is_done() {
    assertThat(Json.write(BEGUN.toJson()))
        .isEqualTo(
            "{\"activity_name\":\"asr\",\"activity_description\":\"speech\","
                + "\"processing_time_ms\":-1.0,\"start_time_unix\":1.5,\"parameters\":{\"beam\":5},"
                + "\"software_version\":{\"kaldi\":\"https://example.org\"},"
                + "\"input_data\":{\"in\":\"a\"},\"output_data\":null,\"steps\":[]}");
    Provenance done =
        BEGUN.done(
            InstantSource.fixed(Instant.ofEpochMilli(2_000)), Map.of("out", "b"), List.of(BEGUN));
    assertThat(done.processingTimeMs()).isEqualTo(500);
    assertThat(done.toJson().path("steps").path(0)).isEqualTo(BEGUN.toJson());
  }

  @Test
  void the_clock_is_read_at_each_beginning() {
    Provenance first = Provenance.begun("a", "b", Map.of(), Map.of(), null);
    assertThat(first.done(Map.of(), List.of()).processingTimeMs()).isBetween(-1.0, 60_000.0);
    assertThat(first.toJson().path("software_version").isNull()).isTrue();
  }

  @Test
  void a_file_holds_what_was_before_too(@TempDir Path temp) throws Exception {
    Path file = temp.resolve("provenance.json");
    Provenance accented = Provenance.begun("caf\u00e9", "x", Map.of(), Map.of(), null);
    accented.writeTo(file, List.of(BEGUN));
    String text = Files.readString(file);
    assertThat(text).contains("caf\u00e9").contains("\n        \"activity_name\"");
    assertThat(Json.read(text).size()).isEqualTo(2);
    assertThatThrownBy(() -> BEGUN.writeTo(temp.resolve("no/such/file"), List.of()))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void versions_are_known_only_if_all_are(@TempDir Path temp) throws Exception {
    Path file = temp.resolve("versions");
    assertThat(Provenance.softwareVersions(file, List.of())).isEmpty();
    Files.writeString(file, "kaldi;https://example.org/1\nother;https://example.org/2\n");
    assertThat(Provenance.softwareVersions(file, List.of("kaldi")))
        .contains(Map.of("kaldi", "https://example.org/1"));
    assertThat(Provenance.softwareVersions(file, List.of("kaldi", "x"))).isEmpty();
    Files.writeString(file, "kaldi https://example.org/1\n");
    assertThat(Provenance.softwareVersions(file, List.of("kaldi"))).isEmpty();
    assertThat(Provenance.softwareVersions(List.of("no such software"))).isEmpty();
  }
}
