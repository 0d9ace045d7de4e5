package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.millrace.transfer.Fixtures.address;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;

final class DefaultDestinationsTest {

  private static Optional<Cause> objection(
      boolean onLoopback, List<String> allow, List<String> deny, String address) {
    return new DefaultDestinations(new DestinationConfig(onLoopback, allow, deny))
        .objection("files.example.org", address(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.1.1",
        "fe80::1",
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "fd00:ec2::254",
        "fd20:ce::254",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::1"
      })
  void some_addresses_are_never_allowed_whatever_a_list_says(String address) {
    assertThat(objection(true, List.of("0.0.0.0/0", "::/0", "*"), List.of(), address))
        .hasValueSatisfying(cause -> {
          assertThat(cause.code()).isEqualTo("destination-denied");
          assertThat(cause.byCaller()).isTrue();
          assertThat(cause.message()).contains("files.example.org", "never allowed");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::1"
      })
  void private_ones_depend_on_where_the_server_listens(String address) {
    assertThat(objection(true, List.of(), List.of(), address)).isEmpty();
    assertThat(objection(false, List.of(), List.of(), address))
        .hasValueSatisfying(cause -> {
          assertThat(cause.message()).contains("files.example.org");
          assertThat(cause.help()).contains("transfer.destinations.allow");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "192.167.0.1",
        "2001:db8::1",
        "64:ff9b::808:808",
        "2002:808:808::1"
      })
  void public_ones_are_allowed(String address) {
    assertThat(objection(false, List.of(), List.of(), address)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, true",
    "10.1.2.3, true",
    "10.1.2.2/31, true",
    "10.2.0.0/16, false",
    "10.1.2.4/30, false",
    "0.0.0.0/0, true",
    "fd00::/8, false",
    "files.example.org, true",
    "FILES.Example.ORG, true",
    "*.example.org, true",
    "*.files.example.org, false",
    "example.org, false",
    "*, true"
  })
  void a_list_names_networks_addresses_hosts_and_patterns(String entry, boolean matches) {
    assertThat(objection(false, List.of(entry), List.of(), "10.1.2.3").isEmpty())
        .isEqualTo(matches);
    assertThat(objection(true, List.of(), List.of(entry), "10.1.2.3").isPresent())
        .isEqualTo(matches);
  }

  @Test
  void deny_wins_over_allow_and_over_loopback() {
    assertThat(objection(true, List.of("*"), List.of("10.0.0.0/8"), "10.1.2.3"))
        .hasValueSatisfying(
            cause -> assertThat(cause.help()).contains("transfer.destinations.deny"));
    assertThat(objection(true, List.of(), List.of("10.0.0.0/8"), "::ffff:10.1.2.3")).isPresent();
    assertThat(objection(true, List.of(), List.of("10.0.0.0/8"), "64:ff9b::a01:203")).isPresent();
  }

  @Test
  void a_trailing_dot_changes_nothing() {
    DefaultDestinations policy =
        new DefaultDestinations(
            new DestinationConfig(false, List.of("files.example.org"), List.of()));
    assertThat(policy.objection("Files.example.org.", address("10.1.2.3"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/x", "", "a b", "*.*", "http://h"})
  void a_bad_entry_is_refused_with_its_key(String entry) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DestinationConfig(true, List.of(entry), List.of()))
        .withMessageContaining("transfer.destinations.allow")
        .withMessageContaining("'" + entry + "'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DestinationConfig(true, List.of(), List.of(entry)))
        .withMessageContaining("transfer.destinations.deny");
  }
}
