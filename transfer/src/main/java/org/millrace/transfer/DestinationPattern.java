package org.millrace.transfer;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/** An entry of an allow or deny list. */
sealed interface DestinationPattern {

  boolean matches(String host, InetAddress address);

  /** Addresses whose first bits are those of {@code start}. */
  record Network(InetAddress start, int bits) implements DestinationPattern {
    @Override
    public boolean matches(String host, InetAddress address) {
      return contains(address);
    }

    boolean contains(InetAddress address) {
      byte[] net = start.getAddress();
      byte[] other = address.getAddress();
      if (net.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((net[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Exactly this host name. */
  record Host(String name) implements DestinationPattern {
    @Override
    public boolean matches(String host, InetAddress address) {
      return host.equals(name);
    }
  }

  /** Every host whose name ends so; {@code suffix} begins with a dot, or is empty for any host. */
  record HostsBelow(String suffix) implements DestinationPattern {
    @Override
    public boolean matches(String host, InetAddress address) {
      return host.endsWith(suffix);
    }
  }

  /**
   * Reads an entry of the list under a configuration key.
   *
   * @throws IllegalArgumentException naming both
   */
  static DestinationPattern parse(String key, String entry) {
    String text = entry.strip().toLowerCase(Locale.ROOT);
    int slash = text.indexOf('/');
    String bare = (slash < 0 ? text : text.substring(0, slash)).replace("[", "").replace("]", "");
    Optional<InetAddress> address = HttpUrl.literal(bare);
    if (address.isPresent()) {
      int size = address.get().getAddress().length * 8;
      return new Network(
          address.get(), slash < 0 ? size : bits(key, entry, text.substring(slash + 1), size));
    }
    if (text.equals("*")) {
      return new HostsBelow("");
    }
    String name = text.startsWith("*.") ? text.substring(2) : text;
    if (!HttpUrl.isHostName(name)) {
      throw new IllegalArgumentException(
          key
              + ": '"
              + entry
              + "' is no network (10.0.0.0/8), address, host name or pattern (*.example.org)");
    }
    return text.startsWith("*.") ? new HostsBelow("." + name) : new Host(name);
  }

  private static int bits(String key, String entry, String text, int most) {
    boolean digits =
        !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int bits = digits ? Integer.parseInt(text) : -1;
    if (bits < 0 || bits > most) {
      throw new IllegalArgumentException(
          key + ": '" + entry + "' needs a number from 0 to " + most + " after the slash");
    }
    return bits;
  }
}
