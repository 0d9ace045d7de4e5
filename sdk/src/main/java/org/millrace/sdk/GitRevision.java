package org.millrace.sdk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What git says about the working directory ({@code contracts/dane.md 6.6}). */
final class GitRevision {
  private static final Logger log = LoggerFactory.getLogger(GitRevision.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

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
    return output(command, PATIENCE);
  }

  /**
   * What a program writes, stripped; empty if there is no such program, if it fails, or if it has
   * not ended and closed its output within this time, when it is killed.
   */
  static Optional<String> output(List<String> command, Duration limit) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      FutureTask<byte[]> output = new FutureTask<>(process.getInputStream()::readAllBytes);
      Thread.ofPlatform().daemon().name("millrace-git").start(output);
      try {
        byte[] written = output.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        return process.waitFor(limit) && process.exitValue() == 0
            ? Optional.of(new String(written, StandardCharsets.UTF_8).strip())
            : Optional.empty();
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly(); // changes nothing if it has ended
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      log.debug("{} cannot be asked: {}", command, e.toString());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
