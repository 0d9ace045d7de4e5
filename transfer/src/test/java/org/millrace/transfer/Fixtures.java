package org.millrace.transfer;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Destinations;
import org.millrace.engine.staging.Transfer;
import org.millrace.engine.staging.Transfer.TransferFailed;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;

/** What the tests of this module share. */
final class Fixtures {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOW);
  static final Destinations ANYWHERE = (host, address) -> Optional.empty();

  /** Time-outs that no machine runs into because it is busy. */
  static final HttpConfig CONFIG =
      HttpConfig.DEFAULT.withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(30));

  private Fixtures() {}

  static RandomGenerator chance() {
    return new SplittableRandom(1);
  }

  static HttpClients clients(HttpConfig config) {
    return new HttpClients(config, ANYWHERE);
  }

  static HttpClients clients(
      HttpConfig config, Destinations destinations, CheckedNames.Lookup lookup) {
    return new HttpClients(config, destinations, lookup, DefaultClientTlsStrategy.createDefault());
  }

  static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  static TransferFailed failure(ThrowingCallable call) {
    return catchThrowableOfType(TransferFailed.class, call);
  }

  /** Sleeps by remembering for how long. */
  static final class NoSleep implements Threads {
    final List<Duration> slept = new CopyOnWriteArrayList<>();

    @Override
    public Running start(String name, Runnable body) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sleep(Duration duration) {
      slept.add(duration);
    }

    @Override
    public Bell bell() {
      throw new UnsupportedOperationException();
    }
  }

  /** Keeps what is written; each opening starts over. */
  static final class Kept implements Transfer.Target {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int opened;

    @Override
    public OutputStream open() {
      opened++;
      bytes = new ByteArrayOutputStream();
      return bytes;
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }

  /** Hears everything. */
  static final class Heard implements Progress {
    final List<String> files = new ArrayList<>();
    long moved;

    @Override
    public synchronized void file(String label, long expectedBytes) {
      files.add(label + " " + expectedBytes);
    }

    @Override
    public synchronized void moved(long bytes) {
      moved += bytes;
    }
  }

  static Transfer.Source source(String name, String text) {
    return source(name, text.getBytes(StandardCharsets.UTF_8));
  }

  static Transfer.Source source(String name, byte[] bytes) {
    return new Transfer.Source() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }
    };
  }
}
