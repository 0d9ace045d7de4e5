package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is taken from tasks beyond namespaces and capabilities, as far as this host's bubblewrap can
 * take it: user namespaces of their own, in which they would have every capability again, and the
 * kernel's keyrings.
 *
 * @param words of bubblewrap
 * @param filter of system calls, to be opened on descriptor 6
 */
record Hardening(List<String> words, Optional<Path> filter) {
  private static final Logger LOG = LoggerFactory.getLogger(Hardening.class);
  private static final List<String> NO_USER_NAMESPACES =
      List.of("--unshare-user", "--disable-userns");
  private static final long PATIENCE_SECONDS = 10;

  /** Nothing further. */
  static final Hardening NONE = new Hardening(List.of(), Optional.empty());

  Hardening {
    words = List.copyOf(words);
  }

  /**
   * What this host's bubblewrap knows.
   *
   * @param folder for the filter
   */
  static Hardening onThisHost(HostPrograms programs, Path folder) throws IOException {
    Optional<Path> bwrap = programs.find("bwrap");
    if (bwrap.isEmpty()) {
      return NONE;
    }
    String known = helpOf(bwrap.get());
    var words = new ArrayList<String>();
    if (known.contains("--disable-userns")) {
      words.addAll(NO_USER_NAMESPACES);
    } else {
      LOG.warn("bubblewrap is older than 0.8: tasks can make user namespaces of their own");
    }
    Optional<byte[]> filter = KeyringFilter.of(System.getProperty("os.arch", ""));
    if (filter.isEmpty() || !known.contains("--seccomp")) {
      LOG.warn("no filter of system calls here: tasks can reach the keyrings of the server");
      return new Hardening(words, Optional.empty());
    }
    words.addAll(List.of("--seccomp", "6"));
    return new Hardening(words, Optional.of(written(filter.get(), folder)));
  }

  /** The same, but for user namespaces, which it leaves to tasks. */
  Hardening withUserNamespaces() {
    return new Hardening(
        words.stream().filter(word -> !NO_USER_NAMESPACES.contains(word)).toList(), filter);
  }

  private static Path written(byte[] filter, Path folder) throws IOException {
    Path half = Files.createTempFile(folder, "half", "");
    Files.write(half, filter);
    return Files.move(
        half, folder.resolve("keyrings.bpf"), StandardCopyOption.ATOMIC_MOVE); // may be in use
  }

  private static String helpOf(Path bwrap) throws IOException {
    Process help = new ProcessBuilder(bwrap.toString(), "--help").redirectErrorStream(true).start();
    try {
      help.getOutputStream().close();
      String text = new String(help.getInputStream().readNBytes(1 << 16), StandardCharsets.UTF_8);
      help.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return text;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      help.destroyForcibly();
    }
  }
}
