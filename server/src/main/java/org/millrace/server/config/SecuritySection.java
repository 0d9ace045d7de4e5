package org.millrace.server.config;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.http.Listener;
import org.millrace.http.signin.BasicUsers;

/**
 * Who may call.
 *
 * @param anonymous everybody, also from other machines
 * @param users bcrypt hashes by name
 */
public record SecuritySection(boolean anonymous, Map<String, String> users) {
  static SecuritySection read(SettingsReader read) {
    Map<String, String> users = new LinkedHashMap<>();
    for (String user : read.rests("security.users")) {
      read.secret("security.users." + user).ifPresent(hash -> users.put(user, hash));
    }
    if (!users.isEmpty()) {
      read.checked("security.", () -> new BasicUsers(users, InstantSource.system()));
    }
    return new SecuritySection(read.truth("security.anonymous", false), users);
  }

  /**
   * Whether nobody else can reach any of them. Where others can, somebody must sign in; but for
   * faces that look after this themselves.
   *
   * @param guarded the names of these
   */
  boolean checkHosts(SettingsReader read, List<Listener> listeners, Set<String> guarded) {
    boolean onLoopback = true;
    for (Listener listener : listeners) {
      String key = listener.key().equals("http.port") ? "http.host" : listener.key();
      onLoopback &= checkHost(read, key, listener, guarded.containsAll(listener.faces()));
    }
    return onLoopback;
  }

  private boolean checkHost(SettingsReader read, String key, Listener listener, boolean isGuarded) {
    Optional<InetAddress> address = Home.address(listener.host());
    boolean onLoopback = address.filter(InetAddress::isLoopbackAddress).isPresent();
    if (address.isEmpty()) {
      read.problem(key, "no address is known of '" + listener.host() + "'");
    } else if (!onLoopback && users.isEmpty() && !anonymous && !isGuarded) {
      read.problem(
          key,
          "others can reach '"
              + listener.host()
              + "', and nobody signs in: add users below security.users, "
              + insteadOfUsers(listener.key())
              + "listen on "
              + ServerConfig.LOOPBACK
              + ", or set security.anonymous to true");
    }
    return onLoopback;
  }

  /** What networks can open, which is no face but DANE's. */
  private static String insteadOfUsers(String key) {
    return switch (key) {
      case "faces.dane.listen" ->
          "name in dane.open-to the networks that need not (dane.http-auth: open), ";
      case "http.port" ->
          "give DANE's face alone, which dane.open-to can open, an address of its own"
              + " (faces.dane.listen), ";
      default -> "";
    };
  }
}
