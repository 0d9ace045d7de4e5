package org.millrace.transfer;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.hc.core5.http.HttpEntity;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer;
import org.millrace.engine.threads.Threads;
import org.millrace.transfer.HttpPeer.Ask;
import org.millrace.transfer.HttpPeer.Side;

/**
 * Moves files over {@code http} and {@code https}. Thread-safe; the clients given to it stay the
 * caller's to close.
 *
 * <h2>Contract</h2>
 *
 * <ul>
 *   <li>In: GET, bytes as sent. A file whose length the peer told and did not deliver is a passing
 *       fault; a broken answer is continued where the peer can prove that the file is the same
 *       ({@link Download}).
 *   <li>Out: POST of a form with one part {@code file} whose file name is {@link
 *       Transfer.Source#name()} (tes.md 7.3, 10.6, 10.9), so that upload servers of the original
 *       take it; PUT for hosts in {@code transfer.http.put-hosts}. Content-Length is always told.
 *       Any 2xx, or 303, means stored.
 *   <li>Folders in: index pages (see {@link IndexCrawl}). Folders out: a form posts every file to
 *       the folder's URL, its path in the file name; PUT appends the path to the URL.
 *   <li>Tried again, for all three: no connection, name not found, connection broken, silent or
 *       crawling peer, 408, 425, 429, 5xx; after Retry-After up to a bound. That includes a POST
 *       that got no answer or one of these: the same file under the same name twice is harmless, a
 *       lost one is not. A POST that got any other answer is never repeated.
 *   <li>For good: every other 4xx, a certificate that is not trusted, a destination that policy
 *       forbids.
 * </ul>
 *
 * <p>Codes of causes: {@code input-} or {@code output-} followed by {@code not-found} (404, 410),
 * {@code denied} (401, 403), {@code too-large} (413) or {@code refused}; {@code peer-unreachable},
 * {@code peer-silent}, {@code peer-slow}, {@code peer-busy}, {@code peer-failed}, {@code
 * peer-broke-off}, {@code peer-not-trusted}, {@code host-unknown}, {@code transfer-busy}, {@code
 * redirect-loop}, {@code redirect-refused}, {@code output-redirected}, {@code destination-denied},
 * {@code folder-too-large}, {@code not-a-folder}, {@code url-malformed}, {@code disk-full}, {@code
 * local-read-failed}, {@code local-write-failed}.
 */
public final class HttpTransfer implements Transfer {
  private final HttpClients clients;
  private final HttpPeer inputs;
  private final HttpPeer outputs;
  private final Retry retry;
  private final RandomGenerator chance;

  /**
   * A transfer over the given clients.
   *
   * @param clock for a Retry-After that is a date
   * @param chance for jitter and boundaries; must be thread-safe
   */
  public HttpTransfer(
      HttpClients clients, Threads threads, InstantSource clock, RandomGenerator chance) {
    this.clients = clients;
    this.inputs = new HttpPeer(clients, clock, Side.INPUT);
    this.outputs = new HttpPeer(clients, clock, Side.OUTPUT);
    this.retry = new Retry(clients.config(), threads, chance);
    this.chance = chance;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("http", "https");
  }

  @Override
  public void check(String field, String url, Direction direction) {
    HttpUrl parsed;
    try {
      parsed = HttpUrl.parse(url);
    } catch (HttpUrl.Malformed malformed) {
      throw Refusal.invalid(field, "the URL " + malformed.reason());
    }
    Optional<Cause> objection =
        parsed
            .literalAddress()
            .flatMap(address -> clients.destinations().objection(parsed.host(), address));
    objection.ifPresent(cause -> {
      throw new Refusal(new Failure.Denied(field, cause.toString()));
    });
  }

  @Override
  public void fetch(String url, Target target, Progress progress)
      throws TransferFailed, InterruptedException {
    try {
      Download download = new Download(inputs, parse(url), target, new Meter(progress));
      try {
        retry.run(download::once, download::gotAhead);
      } finally {
        download.abandon();
      }
    } catch (Fault fault) {
      throw fault.toTransferFailed();
    }
  }

  @Override
  public List<Entry> list(String url, int most) throws TransferFailed, InterruptedException {
    try {
      return new IndexCrawl(inputs, retry, parse(url), most).files();
    } catch (Fault fault) {
      throw fault.toTransferFailed();
    }
  }

  @Override
  public String below(String folder, String path) {
    try {
      HttpUrl url = HttpUrl.parse(folder);
      return takesPut(url) ? url.below(path).text() : folder;
    } catch (HttpUrl.Malformed _) {
      return folder; // storing will say what is wrong with it
    }
  }

  @Override
  public void store(Source source, String url, Progress progress)
      throws TransferFailed, InterruptedException {
    try {
      HttpUrl to = parse(url);
      Meter meter = new Meter(progress);
      Ask ask = takesPut(to) ? put(source, to, meter) : post(source, to, meter);
      retry.run(
          () -> outputs.ask(ask, meter, (response, at) -> stored(ask, at, response.getCode())));
    } catch (Fault fault) {
      throw fault.toTransferFailed();
    }
  }

  private static Ask put(Source source, HttpUrl to, Meter meter) {
    return upload("PUT", to, () -> UploadBody.plain(source, meter, to.masked()));
  }

  private Ask post(Source source, HttpUrl to, Meter meter) {
    String boundary =
        "millrace-" + Long.toHexString(chance.nextLong()) + Long.toHexString(chance.nextLong());
    return upload("POST", to, () -> UploadBody.form(source, meter, to.masked(), boundary));
  }

  private static Ask upload(String method, HttpUrl to, Supplier<HttpEntity> body) {
    return new Ask(method, to, List.of(), Optional.of(body));
  }

  private boolean stored(Ask ask, HttpUrl at, int status) throws Fault {
    if (status / 100 != 2 && status != 303) {
      throw outputs.unexpected(ask, at, status);
    }
    return true;
  }

  private boolean takesPut(HttpUrl url) {
    Set<String> hosts = clients.config().putHosts();
    return hosts.contains(url.host()) || hosts.contains(url.hostAndPort());
  }

  private static HttpUrl parse(String url) throws Fault {
    try {
      return HttpUrl.parse(url);
    } catch (HttpUrl.Malformed malformed) {
      throw Fault.forGood("url-malformed", "the URL " + malformed.reason(), "");
    }
  }
}
