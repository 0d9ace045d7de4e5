package org.millrace.http.signin;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Addresses that begin alike.
 *
 * @param base one of them
 * @param prefix how many bits of it count
 */
public record Network(InetAddress base, int prefix) {
  /** Shorter forms are read in a way that nobody expects: 10.1 is 10.0.0.1. */
  private static final Pattern FOUR_PARTS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  /** This machine, by either version of IP. */
  public static final List<Network> LOOPBACK = List.of(parse("127.0.0.0/8"), parse("::1"));

  public Network {
    int bits = base.getAddress().length * Byte.SIZE;
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException(
          "network " + base.getHostAddress() + ": a prefix of 0 to " + bits + " bits");
    }
  }

  /**
   * As people write it: {@code 10.1.0.0/16}, {@code fd00::/8}, or one address. No name is looked
   * up.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!address.contains(":") && !FOUR_PARTS.matcher(address).matches()) {
      throw new IllegalArgumentException("network '" + text + "': write 10.1.0.0/16");
    }
    try {
      InetAddress base = InetAddress.ofLiteral(address);
      int prefix =
          slash < 0
              ? base.getAddress().length * Byte.SIZE
              : Integer.parseInt(text.substring(slash + 1));
      return new Network(base, prefix);
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException("network '" + text + "': write 10.1.0.0/16", wrong);
    }
  }

  /** Whether an address is one of them; never, if it is of the other version of IP. */
  public boolean contains(InetAddress address) {
    byte[] ours = base.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return base.getHostAddress() + "/" + prefix;
  }
}
