package org.millrace.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.staging.Transfer.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file on its way into a target, over as many answers as it takes. The target's stream stays
 * open between tries: if the peer can prove that the file is still the same ({@code Range} with
 * {@code If-Range}, a strong ETag or a date that is old enough), the next answer goes on where the
 * last one broke; otherwise the target is opened anew.
 *
 * <p>Used by one thread at a time.
 */
final class Download implements HttpPeer.Answer<Void> {
  private static final Logger LOG = LoggerFactory.getLogger(Download.class);
  private static final int BUFFER = 131_072;

  /**
   * So much of a resumed answer counts as getting ahead: it makes the tries count anew, and still
   * ends.
   */
  private static final long AHEAD = 1 << 20;

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private final HttpPeer peer;
  private final HttpPeer.Ask ask;
  private final Target target;
  private final Meter meter;
  private @Nullable OutputStream out;
  private Optional<String> version = Optional.empty();
  private long have;
  private long whole = -1;
  private boolean gotAhead;

  Download(HttpPeer peer, HttpUrl url, Target target, Meter meter) {
    this.peer = peer;
    this.ask = HttpPeer.Ask.get(url);
    this.target = target;
    this.meter = meter;
  }

  /** Asks for the file, or for the rest of it, once. */
  Void once() throws Fault, InterruptedException {
    gotAhead = false;
    HttpPeer.Ask next =
        version.isPresent() && have > 0
            ? ask.with(HttpHeaders.RANGE, "bytes=" + have + "-")
                .with(HttpHeaders.IF_RANGE, version.get())
            : ask;
    return peer.ask(next, meter, this);
  }

  boolean gotAhead() {
    return gotAhead;
  }

  @Override
  public Void read(ClassicHttpResponse response, HttpUrl at) throws IOException, Fault {
    boolean resumed = response.getCode() == 206 && goesOn(response);
    if (!resumed) {
      startOver(response, at);
    }
    long before = have;
    HttpEntity entity = response.getEntity();
    try {
      if (entity != null) {
        copy(entity.getContent());
      }
    } finally {
      gotAhead = resumed && have - before >= AHEAD;
    }
    if (whole >= 0 && have != whole) {
      throw Fault.passing(
          "peer-broke-off", "GET " + at.masked() + ": " + have + " of " + whole + " bytes came");
    }
    finish();
    return null;
  }

  /** Gives up: what was written so far is the caller's to throw away. */
  void abandon() {
    try {
      close();
    } catch (IOException problem) {
      LOG.debug("closing a target that is given up failed: {}", LocalFault.reason(problem));
    }
  }

  private void startOver(ClassicHttpResponse response, HttpUrl at) throws IOException, Fault {
    int status = response.getCode();
    boolean hadVersion = version.isPresent();
    version = Optional.empty();
    if (status != 200 && status != 203 && status != 204) {
      if (hadVersion && (status == 206 || status == 416)) {
        throw Fault.passing(
            "peer-broke-off", "GET " + at.masked() + ": the peer cannot send the missing part");
      }
      throw peer.unexpected(ask, at, status);
    }
    version = version(response);
    HttpEntity entity = response.getEntity();
    whole = entity == null ? 0 : entity.getContentLength();
    have = 0;
    abandon();
    try {
      out = target.open();
    } catch (IOException problem) {
      throw LocalFault.writing(problem);
    }
    meter.file(at.masked(), whole);
  }

  private boolean goesOn(ClassicHttpResponse response) {
    Header range = response.getFirstHeader(HttpHeaders.CONTENT_RANGE);
    if (out == null || range == null || version.isEmpty()) {
      return false;
    }
    Matcher part = CONTENT_RANGE.matcher(range.getValue().strip());
    boolean fits =
        part.matches()
            && Long.parseLong(part.group(1)) == have
            && (whole < 0 || part.group(3).equals("*") || Long.parseLong(part.group(3)) == whole);
    Header tag = response.getFirstHeader(HttpHeaders.ETAG);
    boolean same = tag == null || !isStrong(version.get()) || tag.getValue().equals(version.get());
    return fits && same && response.getFirstHeader(HttpHeaders.CONTENT_ENCODING) == null;
  }

  /** What proves later that the file is still the same (RFC 9110, 13.1.5), if anything does. */
  private static Optional<String> version(ClassicHttpResponse response) {
    Header ranges = response.getFirstHeader(HttpHeaders.ACCEPT_RANGES);
    boolean refuses = ranges != null && ranges.getValue().strip().equals("none");
    if (refuses || response.getFirstHeader(HttpHeaders.CONTENT_ENCODING) != null) {
      return Optional.empty();
    }
    Header tag = response.getFirstHeader(HttpHeaders.ETAG);
    if (tag != null) {
      return Optional.of(tag.getValue()).filter(Download::isStrong);
    }
    Header modified = response.getFirstHeader(HttpHeaders.LAST_MODIFIED);
    @Nullable Instant changed = DateUtils.parseStandardDate(response, HttpHeaders.LAST_MODIFIED);
    @Nullable Instant now = DateUtils.parseStandardDate(response, HttpHeaders.DATE);
    boolean oldEnough =
        changed != null
            && now != null
            && Duration.between(changed, now).compareTo(Duration.ofSeconds(1)) >= 0;
    return modified != null && oldEnough ? Optional.of(modified.getValue()) : Optional.empty();
  }

  private static boolean isStrong(String tag) {
    return tag.startsWith("\"");
  }

  private void copy(InputStream content) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int read;
    while ((read = content.read(buffer)) >= 0) {
      write(buffer, read);
      have += read;
      meter.moved(read);
    }
  }

  private void write(byte[] buffer, int length) throws LocalFault {
    try {
      if (out != null) {
        out.write(buffer, 0, length);
      }
    } catch (IOException problem) {
      throw LocalFault.writing(problem);
    }
  }

  private void finish() throws LocalFault {
    try {
      close();
    } catch (IOException problem) {
      throw LocalFault.writing(problem);
    }
  }

  private void close() throws IOException {
    @Nullable OutputStream open = out;
    out = null;
    if (open != null) {
      open.close();
    }
  }
}
