package org.millrace.runtimes.container;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Where a container engine listens: {@code unix:///var/run/docker.sock} or {@code tcp://host:port}.
 *
 * @param text as it is written
 */
public record EngineAddress(String text) {
  /** Where an engine of this host usually is. */
  public static final EngineAddress USUAL = new EngineAddress("unix:///var/run/docker.sock");

  public EngineAddress {
    boolean unix = text.startsWith("unix:///") && text.length() > "unix:///".length();
    if (!unix && !isTcp(text)) {
      throw new IllegalArgumentException(
          "container.host: like unix:///var/run/docker.sock or tcp://127.0.0.1:2375, not '"
              + text
              + "'");
    }
  }

  private static boolean isTcp(String text) {
    try {
      URI uri = URI.create(text);
      return "tcp".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /** Whether the engine is on this host, so that it sees the same files. */
  public boolean isLocal() {
    return text.startsWith("unix:");
  }

  /** A connection of its own, for what no pool can do. */
  SocketChannel connect() throws IOException {
    SocketChannel channel =
        isLocal() ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    try {
      channel.connect(address());
      return channel;
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  private SocketAddress address() {
    if (isLocal()) {
      return UnixDomainSocketAddress.of(Path.of(text.substring("unix://".length())));
    }
    URI uri = URI.create(text);
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  @Override
  public String toString() {
    return text;
  }
}
