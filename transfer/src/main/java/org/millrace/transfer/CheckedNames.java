package org.millrace.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.staging.Destinations;

/**
 * Resolves names for the HTTP client and lets through only what {@link Destinations} allows. The
 * client dials exactly the addresses returned here, and asks again for each connection and each
 * redirect: a name that changes its mind between a check and a connection gains nothing.
 * Thread-safe.
 */
final class CheckedNames implements DnsResolver, AutoCloseable {
  private static final int LOOKUPS = 8;
  private static final int WAITING = 1_024;
  private final Destinations destinations;
  private final Lookup lookup;
  private final Duration longest;

  /** Platform threads: a native lookup that hangs would hold the carrier of a virtual one. */
  private final ExecutorService lookups;

  /** Where addresses come from: the system, or a test. */
  interface Lookup {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  CheckedNames(Destinations destinations, Lookup lookup, Duration longest) {
    this.destinations = destinations;
    this.lookup = lookup;
    this.longest = longest;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            LOOKUPS,
            LOOKUPS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("name-lookup-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    this.lookups = pool;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    List<InetAddress> allowed = new ArrayList<>();
    Optional<Cause> first = Optional.empty();
    for (InetAddress address : find(host)) {
      Optional<Cause> objection = destinations.objection(host, address);
      if (objection.isEmpty()) {
        allowed.add(address);
      }
      first = first.or(() -> objection);
    }
    if (!allowed.isEmpty()) {
      return allowed.toArray(InetAddress[]::new);
    }
    if (first.isPresent()) {
      throw new DestinationRefused(first.get());
    }
    throw new UnknownHostException("no address is known for " + host);
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host; // asked by schemes of authentication that we do not use
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }

  private InetAddress[] find(String host) throws UnknownHostException {
    Optional<InetAddress> literal = HttpUrl.literal(host);
    if (literal.isPresent()) {
      return new InetAddress[] {literal.get()};
    }
    Future<InetAddress[]> found;
    try {
      found = lookups.submit(() -> lookup.addresses(host));
    } catch (RejectedExecutionException _) {
      throw new UnknownHostException("too many names are being looked up");
    }
    try {
      return found.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("looking up a name failed", failed.getCause());
    } catch (TimeoutException _) {
      throw new UnknownHostException(
          "looking up " + host + " took longer than " + longest.toMillis() + " ms");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("looking up " + host + " was interrupted");
    } finally {
      found.cancel(true);
    }
  }

  /** No address of a host may be dialled. */
  static final class DestinationRefused extends UnknownHostException {
    private static final long serialVersionUID = 1L;
    private final transient Cause cause;

    DestinationRefused(Cause cause) {
      super(cause.message());
      this.cause = cause;
    }

    Cause why() {
      return cause;
    }
  }
}
