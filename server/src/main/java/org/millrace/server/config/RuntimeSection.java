package org.millrace.server.config;

/**
 * A runtime that needs nothing of the machine but threads of the server.
 *
 * @param slots tasks at once
 */
public record RuntimeSection(boolean allowed, int slots) {

  static RuntimeSection read(SettingsReader read, String name, int usualSlots) {
    return new RuntimeSection(
        read.choice("runtimes." + name, HostSection.Allowed.class, HostSection.Allowed.ALLOW)
            == HostSection.Allowed.ALLOW,
        read.integer(name + ".slots", usualSlots, 1, 10_000));
  }
}
