package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer;

/**
 * Two gibibytes each way, half a gibibyte from disk: memory stays flat, whatever the size of a
 * file.
 */
@Timeout(180)
final class VolumeTest {
  private static final long SIZE = 2L << 30;
  private static final long MOST_MEMORY = 96L << 20;
  private static final long ON_DISK = SIZE / 4;
  private final Counted counted = new Counted();

  /** Counts what it is given and what it is told. */
  private static final class Counted extends OutputStream implements Transfer.Target, Progress {
    long bytes;
    final AtomicLong moved = new AtomicLong();

    @Override
    public OutputStream open() {
      return this;
    }

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      bytes += length;
    }

    @Override
    public void file(String label, long expectedBytes) {
      assertThat(expectedBytes).isIn(SIZE, ON_DISK);
    }

    @Override
    public void moved(long more) {
      moved.addAndGet(more);
    }
  }

  private record Zeros(String name, long size) implements Transfer.Source {
    @Override
    public InputStream open() {
      return new InputStream() {
        private long left = size;

        @Override
        public int read() {
          return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
          int now = (int) Math.min(length, left);
          left -= now;
          return now == 0 ? -1 : now;
        }
      };
    }
  }

  private interface Move {
    void run() throws Exception;
  }

  /** Heap that is in use at its highest, garbage included, beyond what was in use before. */
  private static void assertFlat(Move move) throws Exception {
    List<MemoryPoolMXBean> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    System.gc();
    heap.forEach(MemoryPoolMXBean::resetPeakUsage);
    long before = heap.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
    move.run();
    System.gc();
    long after = heap.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
    assertThat(after - before).as("bytes of heap still used").isLessThan(MOST_MEMORY / 3);
    long old =
        heap.stream()
            .filter(pool -> !pool.getName().matches(".*(Eden|Survivor).*"))
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    assertThat(old).as("bytes that lived long, at most").isLessThan(before + MOST_MEMORY);
  }

  private static void pour(OutputStream out) throws IOException {
    byte[] zeros = new byte[262_144];
    for (long left = SIZE; left > 0; left -= zeros.length) {
      out.write(zeros);
    }
  }

  @Test
  void two_gibibytes_are_fetched_over_http() throws Exception {
    try (JettyPeer peer =
            new JettyPeer((request, response) -> {
              response.getHeaders().put("Content-Length", SIZE);
              OutputStream out = Content.Sink.asOutputStream(response);
              pour(out);
            });
        HttpClients clients = clients(CONFIG)) {
      HttpTransfer transfer = new HttpTransfer(clients, new Fixtures.NoSleep(), CLOCK, chance());
      assertFlat(() -> transfer.fetch(peer.url("/big"), counted, counted));
      assertThat(counted.bytes).isEqualTo(SIZE);
      assertThat(counted.moved).hasValue(SIZE);
    }
  }

  @Test
  void two_gibibytes_are_stored_over_http() throws Exception {
    AtomicLong told = new AtomicLong();
    AtomicLong came = new AtomicLong();
    try (JettyPeer peer =
            new JettyPeer((request, response) -> {
              told.set(request.getLength());
              try (InputStream in = Content.Source.asInputStream(request)) {
                byte[] buffer = new byte[262_144];
                int read;
                while ((read = in.read(buffer)) >= 0) {
                  came.addAndGet(read);
                }
              }
            });
        HttpClients clients = clients(CONFIG)) {
      HttpTransfer transfer = new HttpTransfer(clients, new Fixtures.NoSleep(), CLOCK, chance());
      assertFlat(() -> transfer.store(new Zeros("big", SIZE), peer.url("/upload"), counted));
      assertThat(came.get()).isEqualTo(told.get()).isBetween(SIZE, SIZE + 1000);
      assertThat(counted.moved).hasValue(SIZE);
    }
  }

  @Test
  void a_large_file_is_read_from_disk(@TempDir Path dir) throws Exception {
    Path sparse = dir.resolve("sparse");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(ON_DISK);
    }
    LocalTransfer transfer =
        new LocalTransfer(new LocalConfig(List.of(dir), List.of()), List.of(), chance());
    assertFlat(() -> transfer.fetch(sparse.toString(), counted, counted));
    assertThat(counted.bytes).isEqualTo(ON_DISK);
    assertThat(counted.moved).hasValue(ON_DISK);
  }
}
