package org.millrace.engine.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.attempt.Progress;

/**
 * Files in memory, by URL. What is not there is missing; a URL that holds {@code refuse} is never
 * stored.
 */
final class FakeTransfer implements Transfer {
  private final Set<String> schemes;
  final Map<String, String> files = new TreeMap<>();
  final Map<String, String> stored = new LinkedHashMap<>();
  final List<String> names = new ArrayList<>();
  int broken;

  FakeTransfer(String... schemes) {
    this.schemes = Set.of(schemes);
  }

  FakeTransfer with(String url, String text) {
    files.put(url, text);
    return this;
  }

  @Override
  public Set<String> schemes() {
    return schemes;
  }

  @Override
  public void check(String field, String url, Direction direction) {
    if (url.contains("forbidden")) {
      throw Refusal.invalid(field, "forbidden " + direction);
    }
  }

  @Override
  public void fetch(String url, Target target, Progress progress) throws TransferFailed {
    String text = files.get(url);
    if (text == null) {
      throw new TransferFailed(
          new Cause("input-not-found", "404 Not Found", "look at the URL"), false);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (; broken > 0; broken--) { // breaks off in the middle, and starts over
      write(target, bytes, bytes.length / 2);
    }
    write(target, bytes, bytes.length);
    progress.moved(bytes.length);
  }

  private static void write(Target target, byte[] bytes, int count) throws TransferFailed {
    try (OutputStream out = target.open()) {
      out.write(bytes, 0, count);
    } catch (IOException failed) {
      throw new TransferFailed(
          new Cause("fetch-failed", "connection: " + failed.getMessage(), ""), true);
    }
  }

  @Override
  public List<Entry> list(String url, int most) {
    return files.keySet().stream()
        .filter(key -> key.startsWith(url))
        .limit(most)
        .map(key -> new Entry(key.substring(url.length()), key))
        .toList();
  }

  @Override
  public String below(String folder, String path) {
    return folder.startsWith("http") ? folder : Transfer.super.below(folder, path);
  }

  @Override
  public void store(Source source, String url, Progress progress) throws TransferFailed {
    if (url.contains("refuse")) {
      throw new TransferFailed(new Cause("store-failed", "403 Forbidden", ""), false);
    }
    names.add(source.name());
    try (InputStream in = source.open()) {
      byte[] bytes = in.readAllBytes();
      progress.file(url, bytes.length);
      progress.moved(bytes.length);
      stored.put(url, new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new TransferFailed(
          new Cause("store-failed", String.valueOf(failed.getMessage()), ""), true);
    }
  }
}
