package org.millrace.http.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

final class OpenToTest {
  private static final Caller DANE = Caller.of("dane");
  private static final List<Network> OURS = List.of(Network.parse("10.1.0.0/16"));

  /** Believes whatever it is told. */
  private record Believing() implements SignIn {
    @Override
    public Caller caller(Credentials credentials) {
      return Caller.of(
          credentials
              .authorization()
              .orElseThrow(() -> new Refusal(new Failure.Unauthenticated("say who you are"))));
    }

    @Override
    public List<String> challenges() {
      return List.of("Basic");
    }
  }

  private static Credentials from(String address, String... authorization) {
    return new Credentials(
        Optional.of(authorization).filter(said -> said.length > 0).map(said -> said[0]),
        InetAddress.ofLiteral(address));
  }

  @Test
  void who_says_nothing_is_somebody_within_the_networks_and_asked_elsewhere() {
    var open = new OpenTo(DANE, new Believing(), OURS);
    assertThat(open.caller(from("10.1.2.3"))).isEqualTo(DANE);
    assertThat(open.caller(from("10.1.2.3", "ann"))).isEqualTo(Caller.of("ann"));
    assertThat(open.caller(from("10.2.0.1", "ann"))).isEqualTo(Caller.of("ann"));
    assertThatThrownBy(() -> open.caller(from("10.2.0.1"))).hasMessage("say who you are");
    assertThat(open.challenges()).containsExactly("Basic");
    assertThat(open.onlyOnLoopback()).isFalse();
    assertThat(open.asksForCredentials()).isFalse();
    assertThat(open.checksCredentials()).isTrue();
  }

  @Test
  void where_nobody_can_be_asked_who_is_elsewhere_is_refused() {
    var open = new OpenTo(DANE, Anonymous.anywhere(), OURS);
    assertThat(open.caller(from("10.1.2.3", "ann"))).isEqualTo(DANE);
    assertThat(open.checksCredentials()).isFalse();
    assertThatThrownBy(() -> open.caller(from("10.2.0.1", "ann")))
        .hasMessageStartingWith("this is not open to 10.2.0.1 without sign-in, and nobody can");
  }

  @Test
  void without_networks_it_is_open_to_all_on_loopback_alone() {
    var open = new OpenTo(DANE, new Believing(), List.of());
    assertThat(open.caller(from("127.0.0.1"))).isEqualTo(DANE);
    assertThat(open.onlyOnLoopback()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16,10.1.255.255,true",
    "10.1.0.0/16,10.2.0.0,false",
    "10.1.0.0/15,10.0.0.1,true",
    "10.0.0.0/7,11.0.0.1,true",
    "10.0.0.0/7,12.0.0.1,false",
    "0.0.0.0/0,1.2.3.4,true",
    "0.0.0.0/0,::1,false",
    "192.168.0.7,192.168.0.7,true",
    "192.168.0.7,192.168.0.6,false",
    "fd00::/8,fdff::1,true",
    "fd00::/8,fe00::1,false",
    "::1,::1,true"
  })
  void addresses_of_a_network_begin_alike(String network, String address, boolean within) {
    assertThat(Network.parse(network).contains(InetAddress.ofLiteral(address))).isEqualTo(within);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.1.0.0/33",
        "10.1.0.0/-1",
        "10.1.0.0/x",
        "::/129",
        "10.1/",
        "10.1/16",
        "10"
      })
  void what_is_no_network_is_refused(String text) {
    assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_network_is_told_as_it_is_written() {
    assertThat(Network.parse("10.1.0.0/16")).hasToString("10.1.0.0/16");
  }
}
