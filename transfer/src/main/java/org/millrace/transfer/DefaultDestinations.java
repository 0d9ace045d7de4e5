package org.millrace.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.staging.Destinations;
import org.millrace.transfer.DestinationPattern.Network;

/**
 * The policy of DESIGN 6. Thread-safe, immutable, does no I/O.
 *
 * <ul>
 *   <li>Never: unspecified, link-local and multicast addresses, addresses that are nobody's, and
 *       those from which clouds hand out credentials. No list allows them.
 *   <li>While the server listens on loopback, the rest is allowed. Otherwise loopback and private
 *       addresses (RFC 1918, RFC 6598, unique local, benchmarking) only if {@code
 *       transfer.destinations.allow} names them or the host.
 *   <li>{@code transfer.destinations.deny} wins over that.
 * </ul>
 *
 * <p>An IPv6 address that carries an IPv4 address (mapped, compatible, NAT64, 6to4) is judged as
 * both.
 */
public final class DefaultDestinations implements Destinations {
  private static final List<Network> NOBODYS =
      networks(
          "0.0.0.0/8",
          "169.254.0.0/16",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "::/128",
          "fe80::/10",
          "ff00::/8");

  /** Beyond the link-local ones: Alibaba, Oracle, Azure, Amazon, Google. */
  private static final List<Network> METADATA =
      networks("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254");

  private static final List<Network> LOOPBACK = networks("127.0.0.0/8", "::1/128");
  private static final List<Network> PRIVATE =
      networks(
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "100.64.0.0/10",
          "192.0.0.0/24",
          "198.18.0.0/15",
          "fc00::/7",
          "fec0::/10",
          "64:ff9b:1::/48");

  /** Where the IPv4 address starts in an address of the network. */
  private record Carrier(Network network, int offset) {}

  private static final List<Carrier> CARRIERS =
      List.of(
          new Carrier(network("::/96"), 12),
          new Carrier(network("64:ff9b::/96"), 12),
          new Carrier(network("64:ff9b:1::/48"), 12),
          new Carrier(network("2002::/16"), 2));

  private final boolean privateAllowed;
  private final List<DestinationPattern> allow;
  private final List<DestinationPattern> deny;

  public DefaultDestinations(DestinationConfig config) {
    this.privateAllowed = config.serverOnLoopback();
    this.allow =
        config.allow().stream()
            .map(entry -> DestinationPattern.parse(DestinationConfig.ALLOW, entry))
            .toList();
    this.deny =
        config.deny().stream()
            .map(entry -> DestinationPattern.parse(DestinationConfig.DENY, entry))
            .toList();
  }

  @Override
  public Optional<Cause> objection(String host, InetAddress address) {
    String name = plain(host);
    List<InetAddress> meant = meanings(address);
    String where = "host " + name + " (" + address.getHostAddress() + ")";
    if (within(METADATA, meant)) {
      return denied(where + " hands out credentials of the cloud: never allowed", "");
    }
    if (within(NOBODYS, meant)) {
      return denied(where + " is a link-local, multicast or reserved address: never allowed", "");
    }
    if (matches(deny, name, meant)) {
      return denied(where + " is denied", DestinationConfig.DENY + " names it");
    }
    boolean loopback = within(LOOPBACK, meant);
    if (privateAllowed || (!loopback && !within(PRIVATE, meant)) || matches(allow, name, meant)) {
      return Optional.empty();
    }
    return denied(
        where
            + (loopback ? " is this machine" : " is a private address")
            + ": not allowed while the server is reachable"
            + " from others",
        "an operator can allow it with " + DestinationConfig.ALLOW);
  }

  private static Optional<Cause> denied(String message, String help) {
    return Optional.of(Cause.ofCaller("destination-denied", message, help));
  }

  private static String plain(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** The address, and the IPv4 address that it may carry. */
  private static List<InetAddress> meanings(InetAddress address) {
    Stream<InetAddress> carried =
        CARRIERS.stream()
            .filter(carrier -> carrier.network().contains(address))
            .map(carrier -> ipv4(address.getAddress(), carrier.offset()))
            .filter(inner -> !isShortIpv6(address));
    return Stream.concat(Stream.of(address), carried).toList();
  }

  /** {@code ::} and {@code ::1} are no IPv4 addresses in disguise. */
  private static boolean isShortIpv6(InetAddress address) {
    return address.isAnyLocalAddress() || address.isLoopbackAddress();
  }

  private static InetAddress ipv4(byte[] bytes, int offset) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, offset, offset + 4));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("four bytes are an address", impossible);
    }
  }

  private static boolean within(List<Network> networks, List<InetAddress> addresses) {
    return networks.stream().anyMatch(network -> addresses.stream().anyMatch(network::contains));
  }

  private static boolean matches(
      List<DestinationPattern> patterns, String host, List<InetAddress> addresses) {
    return patterns.stream()
        .anyMatch(
            pattern -> addresses.stream().anyMatch(address -> pattern.matches(host, address)));
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(DefaultDestinations::network).toList();
  }

  private static Network network(String text) {
    return switch (DestinationPattern.parse("network", text)) {
      case Network network -> network;
      case DestinationPattern.Host _, DestinationPattern.HostsBelow _ ->
          throw new IllegalArgumentException(text + " is no network");
    };
  }
}
