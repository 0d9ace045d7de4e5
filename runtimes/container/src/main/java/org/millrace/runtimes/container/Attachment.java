package org.millrace.runtimes.container;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/**
 * The streams of a container, over a connection of our own: client libraries cannot tell a
 * container that its standard input has ended. Attached before the start, it brings every byte of
 * both streams.
 */
final class Attachment implements Closeable {
  private static final int AT_ONCE = 64 * 1024;

  private final SocketChannel channel;

  private Attachment(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * Attaches to a container that is there.
   *
   * @param input whether {@link #feed} is to be called
   */
  static Attachment open(EngineAddress address, String container, boolean input)
      throws EngineAway, EngineRefused {
    try {
      SocketChannel channel = address.connect();
      try {
        channel.write(
            HttpText.bytes(
                "POST /containers/"
                    + container
                    + "/attach?stream=1&stdout=1&stderr=1"
                    + (input ? "&stdin=1" : "")
                    + " HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                    + "Content-Length: 0\r\n\r\n"));
        int status = HttpText.status(HttpText.head(channel));
        if (status != 101 && status != 200) {
          throw new EngineRefused(status, "attaching to its streams was answered with " + status);
        }
        return new Attachment(channel);
      } catch (IOException | EngineRefused | RuntimeException failed) {
        channel.close();
        throw failed;
      }
    } catch (IOException failed) {
      throw new EngineAway(
          "the container engine at " + address + " does not answer (attach): " + failed, failed);
    }
  }

  /** Both streams, in {@link Frames}. */
  InputStream output() {
    return Channels.newInputStream(channel);
  }

  /** What was to be given could not be read. */
  static final class SourceUnreadable extends IOException {
    private static final long serialVersionUID = 1L;

    SourceUnreadable(IOException cause) {
      super(cause);
    }
  }

  /**
   * Gives everything to the container's standard input, and then tells that it has ended.
   *
   * @throws SourceUnreadable when that broke off; any other exception means that it is not taken
   */
  void feed(InputStream source) throws IOException {
    byte[] bytes = new byte[AT_ONCE];
    for (int read = read(source, bytes); read >= 0; read = read(source, bytes)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes, 0, read);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
    channel.shutdownOutput();
  }

  private static int read(InputStream source, byte[] bytes) throws SourceUnreadable {
    try {
      return source.read(bytes);
    } catch (IOException failed) {
      throw new SourceUnreadable(failed);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
