package org.millrace.dane;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.millrace.testkit.runtime.Waiting;

/**
 * A browser without a window, with a profile of its own, told what to do over its DevTools
 * protocol. Nothing of it goes to another machine.
 */
final class Chromium implements AutoCloseable {
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/bin/chromium-headless-shell"),
          Path.of("/usr/bin/chromium"),
          Path.of("/usr/bin/google-chrome"));

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String address;
  private final DevTools browser;

  private Chromium(Path program, Path folder) throws Exception {
    Path said = folder.resolve("said.txt");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox", // who may build here may do anything anyway, and root may not use
                // it
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--no-proxy-server",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    List<String> listening = listening(folder.resolve("profile/DevToolsActivePort"), said);
    address = "ws://127.0.0.1:" + listening.getFirst();
    browser = new DevTools(client, URI.create(address + listening.getLast()), (_, _) -> {});
  }

  /**
   * Starts one. Skips the test where there is none; never in CI.
   *
   * @param folder that it may fill
   */
  static Chromium start(Path folder) throws Exception {
    Optional<Path> program = PLACES.stream().filter(Files::isExecutable).findFirst();
    assumeTrue(
        program.isPresent() || System.getenv("CI") != null,
        "needs a browser: apt-get install chromium-headless-shell");
    return new Chromium(program.orElseThrow(), folder);
  }

  /** Port and path, which the browser writes there when it listens. */
  private List<String> listening(Path file, Path said) throws Exception {
    var lines = new AtomicReference<List<String>>(List.of());
    Waiting.until(() -> {
      if (!process.isAlive()) {
        throw new AssertionError("the browser ended: " + Files.readString(said));
      }
      if (Files.exists(file)) {
        lines.set(Files.readAllLines(file));
      }
      return lines.get().size() == 2; // else it is half written
    });
    return lines.get();
  }

  /** An empty tab, which shares nothing with others and is forgotten with all that it knew. */
  Tab tab() {
    String context =
        browser.tell("Target.createBrowserContext", Map.of()).path("browserContextId").asText();
    String target =
        browser
            .tell("Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
            .path("targetId")
            .asText();
    return new Tab(
        client,
        URI.create(address + "/devtools/page/" + target),
        () -> browser.tell("Target.disposeBrowserContext", Map.of("browserContextId", context)));
  }

  @Override
  public void close() {
    browser.close();
    client.shutdownNow();
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join());
  }
}
