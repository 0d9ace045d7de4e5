package org.millrace.runtimes.local;

import java.time.Duration;
import java.util.Optional;
import org.millrace.domain.task.ExecutorResult.Usage;

/**
 * How an executor ended, as the supervisor noted it.
 *
 * @param start seconds since the machine started
 * @param end seconds since the machine started
 * @param killedForMemory processes that the kernel killed because memory ran out
 */
record ExitRecord(int code, double start, double end, Usage usage, int killedForMemory) {

  /** Reads {@code code start end cpu peak oom measured-by}; a dash stands for what is not known. */
  static ExitRecord parse(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 7) {
      throw new IllegalArgumentException("not an exit record: '" + line + "'");
    }
    String by = words[6];
    Optional<Duration> cpu =
        number(words[3])
            .map(count ->
                by.equals("v1") ? Duration.ofNanos(count) : Duration.ofNanos(count * 1000));
    return new ExitRecord(
        Integer.parseInt(words[0]),
        Double.parseDouble(words[1]),
        Double.parseDouble(words[2]),
        new Usage(cpu, number(words[4]), by.equals("none") ? by : "cgroup-" + by),
        number(words[5]).map(Long::intValue).orElse(0));
  }

  private static Optional<Long> number(String word) {
    return word.equals("-") || word.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(word));
  }
}
