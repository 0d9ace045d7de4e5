package org.millrace.testkit.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer;

/** Files in memory, by URL; {@code mem:a/b} lies in folder {@code mem:a}. Thread-safe. */
public final class MemoryTransfer implements Transfer {
  /** What there is, and what was stored. */
  public final Map<String, String> files = new ConcurrentSkipListMap<>();

  @Override
  public Set<String> schemes() {
    return Set.of("mem");
  }

  @Override
  public void check(String field, String url, Direction direction) {
    // everything goes
  }

  @Override
  public void fetch(String url, Target target, Progress progress) throws TransferFailed {
    String text = files.get(url);
    if (text == null) {
      throw new TransferFailed(Cause.ofCaller("input-not-found", "there is none", ""), false);
    }
    try (OutputStream out = target.open()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new TransferFailed(
          new Cause("not-written", String.valueOf(failed.getMessage()), ""), true);
    }
  }

  @Override
  public List<Entry> list(String url, int most) {
    String folder = url.endsWith("/") ? url : url + "/";
    return files.keySet().stream()
        .filter(each -> each.startsWith(folder))
        .limit(most)
        .map(each -> new Entry(each.substring(folder.length()), each))
        .toList();
  }

  @Override
  public void store(Source source, String url, Progress progress) throws TransferFailed {
    try (InputStream in = source.open()) {
      files.put(url, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new TransferFailed(
          new Cause("not-read", String.valueOf(failed.getMessage()), ""), true);
    }
  }
}
