package org.millrace.sdk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What git says about the working directory ({@code contracts/dane.md 6.6}). */
final class GitRevision {
  private static final Logger log = LoggerFactory.getLogger(GitRevision.class);

  private GitRevision() {}

  /**
   * The generator of a worker of this name, or null outside of a repository.
   *
   * @throws IllegalStateException if the repository has no remote
   */
  static @Nullable Generator generator(Path folder, String name) {
    if (git(folder, "rev-parse", "--git-dir").isEmpty()) {
      return null;
    }
    String revision = git(folder, "rev-parse", "--short", "HEAD").orElse("NO-REV");
    String remote =
        git(folder, "remote")
            .filter(names -> !names.isEmpty())
            .map(names -> names.lines().anyMatch("origin"::equals) ? "origin" : first(names))
            .flatMap(one -> git(folder, "remote", "get-url", one))
            .orElseThrow(() ->
                new IllegalStateException(
                    "the git repository of "
                        + folder.toAbsolutePath()
                        + " has no remote to name as homepage: add one, or give the worker"
                        + " a generator"));
    return new Generator(revision, AgentType.SOFTWARE, name, withoutUser(remote));
  }

  private static String first(String lines) {
    return lines.lines().findFirst().orElse("");
  }

  /** Credentials in a URL are nobody's business. */
  static String withoutUser(String url) {
    return url.replaceFirst("^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/@]*@", "$1");
  }

  private static Optional<String> git(Path folder, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("git", "-C", folder.toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String out =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      return process.exitValue() == 0 ? Optional.of(out) : Optional.empty();
    } catch (IOException e) {
      log.debug("git cannot be asked: {}", e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
