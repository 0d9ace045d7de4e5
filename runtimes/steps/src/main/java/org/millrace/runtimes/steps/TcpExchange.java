package org.millrace.runtimes.steps;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.value.Value;
import org.millrace.engine.services.AllowedAddresses;
import org.millrace.engine.services.NoAnswer;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.threads.Threads.Running;

/**
 * Steps of kind {@code tcp}: connects, sends one message, reads one reply. Thread-safe.
 *
 * <h2>Contract</h2>
 *
 * Arguments, a map:
 *
 * <ul>
 *   <li>{@code host} and {@code port}; the addresses of the host that the policy of destinations
 *       allows are dialled in turn until one takes the connection, each but the last for 10 s.
 *   <li>{@code text}, or {@code json}, any value: what is sent, as UTF-8.
 *   <li>{@code length_header}: so many bytes before it, 1 to 64, with its length in decimal, filled
 *       up with spaces. Header and message are given to the network at once.
 *   <li>{@code until}: where the reply ends: {@code close}, when the peer closes its side, or
 *       {@code line}, at the end of a line, which is not part of it. Without it, {@code close}.
 *   <li>{@code within_seconds}: for all of it, 30 without it, at most a day.
 *   <li>{@code repeatable}: whether sending it again does no harm. If not, an exchange that a
 *       server began and did not live to end fails, since it may have been done.
 * </ul>
 *
 * The reply is a map of {@code body}: JSON if it can be read as such, else text; at most 256 KiB.
 */
public final class TcpExchange implements StepHandler {
  private static final Duration USUAL = Duration.ofSeconds(30);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final double LONGEST_SECONDS = 86_400;
  private static final int LONGEST_HEADER = 64;
  private static final Set<String> KNOWN =
      Set.of(
          "host", "port", "text", "json", "length_header", "until", "within_seconds", "repeatable");

  private final AllowedAddresses addresses;
  private final Threads threads;

  public TcpExchange(AllowedAddresses addresses, Threads threads) {
    this.addresses = addresses;
    this.threads = threads;
  }

  @Override
  public String kind() {
    return "tcp";
  }

  /** Arguments that make sense. */
  private record Plan(
      String host,
      int port,
      ByteBuffer message,
      boolean untilLine,
      Duration within,
      boolean again) {}

  @Override
  public Value perform(StepContext context) throws StepFailed, InterruptedException {
    Plan plan = plan(context.arguments());
    String peer = plan.host() + ":" + plan.port();
    if (context.mayHaveBegun() && !plan.again()) {
      throw new StepFailed(
          new Cause(
              "step-unsure",
              "the exchange with "
                  + peer
                  + " may or may not have been done: the server ended"
                  + " during it",
              "look at the peer, then submit it again; say repeatable if that does no harm"));
    }
    long sent = System.nanoTime();
    String outcome = "stopped";
    try {
      String reply = exchanged(plan, peer);
      outcome = "replied";
      return new Value.Fields(Map.of("body", Replies.body(Optional.empty(), reply)));
    } catch (StepFailed failed) {
      outcome = failed.why().code();
      throw failed;
    } catch (Replies.Unreadable impossible) {
      throw new IllegalStateException("a reply that claims nothing is text at least", impossible);
    } finally {
      long millis = Duration.ofNanos(System.nanoTime() - sent).toMillis();
      context.log().accept("tcp " + peer + " " + outcome + " " + millis + " ms");
    }
  }

  private String exchanged(Plan plan, String peer) throws StepFailed, InterruptedException {
    List<InetAddress> addresses = addresses(plan.host());
    long end = System.nanoTime() + plan.within().toNanos();
    try (SocketChannel channel = connected(addresses, plan.port(), end)) {
      return limited(left(end), channel, () -> exchanged(plan, channel));
    } catch (ClosedByInterruptException _) {
      Thread.interrupted();
      throw new InterruptedException("interrupted during an exchange");
    } catch (IOException problem) {
      throw new StepFailed(
          left(end).isZero() ? silent(peer, plan.within()) : unreachable(peer, problem));
    }
  }

  private static Cause silent(String peer, Duration within) {
    return new Cause(
        "peer-silent", peer + ": no whole reply within " + within.toMillis() + " ms", "");
  }

  private static Cause unreachable(String peer, IOException problem) {
    return new Cause(
        "peer-unreachable",
        peer + ": " + problem.getClass().getSimpleName(),
        "look whether something listens there");
  }

  private List<InetAddress> addresses(String host) throws StepFailed, InterruptedException {
    try {
      return addresses.of(host);
    } catch (NoAnswer none) {
      throw new StepFailed(none.why());
    }
  }

  /** To the first address that takes the connection; each but the last has its own limit. */
  private SocketChannel connected(List<InetAddress> addresses, int port, long end)
      throws IOException, StepFailed {
    for (InetAddress address : addresses.subList(0, addresses.size() - 1)) {
      Duration left = left(end);
      try {
        return connected(address, port, left.compareTo(CONNECT) < 0 ? left : CONNECT);
      } catch (ClosedByInterruptException interrupted) {
        throw interrupted;
      } catch (IOException notThere) {
        // what the last one says is told, and the next one may listen
      }
    }
    return connected(addresses.getLast(), port, left(end));
  }

  private SocketChannel connected(InetAddress address, int port, Duration limit)
      throws IOException, StepFailed {
    SocketChannel channel = SocketChannel.open();
    boolean isConnected = false;
    try {
      isConnected =
          limited(limit, channel, () -> channel.connect(new InetSocketAddress(address, port)));
      return channel;
    } finally {
      if (!isConnected) {
        channel.close();
      }
    }
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /** What is done with a channel. */
  @FunctionalInterface
  private interface Use<T> {
    T come() throws IOException, StepFailed;
  }

  /** The channel is closed under it when the time is over. */
  private <T> T limited(Duration limit, SocketChannel channel, Use<T> use)
      throws IOException, StepFailed {
    Running alarm = threads.start("tcp-limit", () -> closeAfter(limit, channel));
    try {
      return use.come();
    } finally {
      alarm.interrupt();
    }
  }

  private void closeAfter(Duration limit, SocketChannel channel) {
    try {
      threads.sleep(limit);
      channel.close();
    } catch (InterruptedException | IOException done) {
      // it ended in time, or is closed already
    }
  }

  private static String exchanged(Plan plan, SocketChannel channel) throws IOException, StepFailed {
    while (plan.message().hasRemaining()) {
      channel.write(plan.message());
    }
    var reply = new ByteArrayOutputStream();
    ByteBuffer piece = ByteBuffer.allocate(8_192);
    while (channel.read(piece.clear()) >= 0) {
      for (byte next : Arrays.copyOf(piece.array(), piece.position())) {
        if (plan.untilLine() && next == '\n') {
          return withoutReturn(reply.toString(StandardCharsets.UTF_8));
        }
        reply.write(next);
      }
      if (reply.size() > Replies.MOST) {
        throw new StepFailed(Replies.tooLarge());
      }
    }
    if (plan.untilLine()) {
      throw new StepFailed(
          new Cause(
              "reply-unreadable",
              "the peer closed its side before the end of a line; it said: "
                  + Replies.beginning(reply.toString(StandardCharsets.UTF_8)),
              ""));
    }
    return reply.toString(StandardCharsets.UTF_8);
  }

  private static String withoutReturn(String line) {
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  // --- arguments ---

  private static Plan plan(Value arguments) throws StepFailed {
    if (!(arguments instanceof Value.Fields(Map<String, Value> fields))) {
      throw bad("are " + arguments.kind() + ", and must be a map");
    }
    var unknown = new TreeSet<>(fields.keySet());
    unknown.removeAll(KNOWN);
    if (!unknown.isEmpty()) {
      throw bad("hold '" + unknown.first() + "'; there are " + new TreeSet<>(KNOWN));
    }
    String until = text(fields, "until").orElse("close");
    if (!List.of("close", "line").contains(until)) {
      throw bad("until: must be close or line");
    }
    return new Plan(
        text(fields, "host").orElseThrow(() -> bad("host: must be there, a text")),
        number(fields, "port", 1, 65_535)
            .map(Double::intValue)
            .orElseThrow(() -> bad("port: must be there, a number")),
        message(fields),
        until.equals("line"),
        number(fields, "within_seconds", 0.001, LONGEST_SECONDS)
            .map(seconds -> Duration.ofMillis((long) (seconds * 1_000)))
            .orElse(USUAL),
        new Value.Truth(true).equals(fields.get("repeatable")));
  }

  private static ByteBuffer message(Map<String, Value> fields) throws StepFailed {
    Value json = fields.get("json");
    Optional<String> text = text(fields, "text");
    if ((json == null) == text.isEmpty()) {
      throw bad("must hold either text or json");
    }
    byte[] body =
        (json == null ? text.orElseThrow() : Json.text(json)).getBytes(StandardCharsets.UTF_8);
    int header = number(fields, "length_header", 1, LONGEST_HEADER).map(Double::intValue).orElse(0);
    String length = header == 0 ? "" : String.valueOf(body.length);
    if (length.length() > header) {
      throw bad("length_header: " + header + " bytes do not hold the length");
    }
    byte[] first =
        (length + " ".repeat(header - length.length())).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(first.length + body.length).put(first).put(body).flip();
  }

  private static Optional<String> text(Map<String, Value> fields, String name) throws StepFailed {
    Value value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Value.Text(String text)) {
      return Optional.of(text);
    }
    throw bad(name + ": must be a text");
  }

  private static Optional<Double> number(
      Map<String, Value> fields, String name, double least, double most) throws StepFailed {
    Value value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Value.Numeral(String digits)) {
      double number = Double.parseDouble(digits);
      if (number >= least && number <= most) {
        return Optional.of(number);
      }
    }
    throw bad(name + ": must be a number from " + least + " to " + most);
  }

  private static StepFailed bad(String why) {
    return new StepFailed(
        Cause.ofCaller("arguments-bad", "the arguments of a tcp step " + why, ""));
  }
}
