package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.millrace.domain.task.ExecutorResult.Usage;
import org.millrace.runtimes.local.Journal.Begun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where no control group counts: looks now and then how much memory an attempt's processes hold,
 * and keeps the highest sum. Short peaks are missed, and all that happens while no server is there.
 * CPU time is what the shell around the command counted.
 */
final class Sampler implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
  static final Duration EVERY = Duration.ofMillis(200);
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern TIMES = Pattern.compile("(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s");

  private final AttemptFolder attempt;

  Sampler(AttemptFolder attempt) {
    this.attempt = attempt;
  }

  @Override
  public void run() {
    int executor = attempt.begun() - 1;
    if (executor < 0 || !(attempt.journal().begun() instanceof Begun.By by)) {
      return;
    }
    long sum = resident(ProcessTree.below(by.pid()));
    if (sum > sampled(attempt, executor).orElse(0L)) {
      try {
        Files.writeString(attempt.sampled(executor), sum + "\n");
      } catch (IOException full) {
        LOG.debug("attempt={} a sample could not be kept: {}", attempt.name(), full.toString());
      }
    }
  }

  private static long resident(Set<Long> pids) {
    return pids.stream().mapToLong(Sampler::resident).sum();
  }

  private static long resident(long pid) {
    try {
      String status =
          Files.readString(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1);
      Matcher matcher = RESIDENT.matcher(status);
      return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : 0;
    } catch (IOException gone) {
      return 0;
    }
  }

  private static Optional<Long> sampled(AttemptFolder attempt, int executor) {
    return Optional.of(AttemptFolder.textOf(attempt.sampled(executor)).strip())
        .filter(text -> !text.isEmpty())
        .map(Long::valueOf);
  }

  /** What is known of an executor's use. */
  static Usage usage(AttemptFolder attempt, int executor) {
    Optional<Duration> cpu = childTime(AttemptFolder.textOf(attempt.told(executor)));
    Optional<Long> peak = sampled(attempt, executor);
    return cpu.isPresent() || peak.isPresent() ? new Usage(cpu, peak, "sampled") : Usage.NONE;
  }

  /** The second line of the shell's {@code times}: user and system time of its children. */
  static Optional<Duration> childTime(String times) {
    return Stream.of(times.split("\n", -1))
        .map(TIMES::matcher)
        .filter(Matcher::matches)
        .skip(1)
        .findFirst()
        .map(line -> time(line.group(1), line.group(2)).plus(time(line.group(3), line.group(4))));
  }

  private static Duration time(String minutes, String seconds) {
    return Duration.ofMinutes(Long.parseLong(minutes))
        .plusNanos(Math.round(Double.parseDouble(seconds) * 1e9));
  }
}
