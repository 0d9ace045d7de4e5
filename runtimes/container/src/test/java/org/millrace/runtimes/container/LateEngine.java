package org.millrace.runtimes.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands before an engine on loopback and passes on what both say, but for one thing, which the
 * engine tells in other words the first time.
 */
final class LateEngine implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
  private final int engine;
  private final String truth;
  private final String before;
  private final String lateItself;
  private final AtomicBoolean late = new AtomicBoolean();

  /**
   * Opens.
   *
   * @param before as long as the truth
   * @param lateItself what it says that is late of its own accord; then that was the first time
   */
  LateEngine(int engine, String truth, String before, String lateItself) throws IOException {
    this.engine = engine;
    this.truth = truth;
    this.before = before;
    this.lateItself = lateItself;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  boolean hasBeenLate() {
    return late.get();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket caller = door.accept();
        var callee = new Socket(InetAddress.getLoopbackAddress(), engine);
        Thread.ofVirtual().start(() -> pass(caller, callee, false));
        Thread.ofVirtual().start(() -> pass(callee, caller, true));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void pass(Socket from, Socket to, boolean answers) {
    byte[] some = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        String text = new String(some, 0, read, ISO_8859_1);
        if (answers && text.contains(lateItself)) {
          late.set(true);
        }
        boolean now = answers && text.contains(truth) && late.compareAndSet(false, true);
        out.write((now ? text.replace(truth, before) : text).getBytes(ISO_8859_1));
        out.flush();
      }
      to.shutdownOutput(); // whoever has said all may still be answered
    } catch (IOException over) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      throw new IllegalStateException(gone);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
