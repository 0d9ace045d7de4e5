package org.millrace.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * One of the streams through which a request's body is read. What failed once stays failed: a
 * reader that tries again must not take a broken body for a finished one.
 */
abstract class BodyLayer extends InputStream {
  private @Nullable ClientGone gone;
  private @Nullable RuntimeException refusal;

  /** Like {@link InputStream#read(byte[], int, int)}, and not called again after a failure. */
  abstract int next(byte[] buffer, int offset, int length) throws IOException;

  /** Why it cannot be read any further. */
  final Optional<Throwable> failure() {
    return Optional.<Throwable>ofNullable(gone).or(() -> Optional.ofNullable(refusal));
  }

  @Override
  public final int read(byte[] buffer, int offset, int length) throws IOException {
    if (gone != null) {
      throw gone;
    }
    if (refusal != null) {
      throw refusal;
    }
    try {
      return length == 0 ? 0 : next(buffer, offset, length);
    } catch (ClientGone failure) {
      gone = failure;
      throw failure;
    } catch (RuntimeException failure) {
      refusal = failure;
      throw failure;
    }
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Tells the departure of the client, and what is no HTTP, from every other trouble. */
  static final class Transport extends BodyLayer {
    private final InputStream in;
    private boolean begun;
    private boolean ended;

    Transport(InputStream in) {
      this.in = in;
    }

    boolean hasBegun() {
      return begun;
    }

    boolean hasEnded() {
      return ended || failure().isPresent();
    }

    @Override
    int next(byte[] buffer, int offset, int length) throws ClientGone {
      begun = true;
      try {
        int count = in.read(buffer, offset, length);
        ended = count < 0;
        return count;
      } catch (IOException | HttpException.RuntimeException broken) {
        throw departure(broken);
      }
    }

    private static ClientGone departure(Exception broken) {
      for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
        if (cause instanceof HttpException http) {
          throw new RefusedByHttp(Problem.malformed(http.getCode()));
        }
      }
      return new ClientGone(broken);
    }
  }

  /** Counts, and refuses what is too much. */
  static final class Limited extends BodyLayer {
    private final InputStream in;
    private final long limit;
    private long count;

    Limited(InputStream in, long limit) {
      this.in = in;
      this.limit = limit;
    }

    @Override
    int next(byte[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      count += Math.max(0, read);
      if (count > limit) {
        throw tooLarge(limit);
      }
      return read;
    }

    /** Says "more" until the end is seen, so that gzip looks for its next member. */
    @Override
    public int available() {
      return 1;
    }
  }

  /** Counts against what all bodies together may take. */
  static final class Budgeted extends BodyLayer {
    private final InputStream in;
    private final BodyBudget.Share share;
    private long count;

    Budgeted(InputStream in, BodyBudget.Share share) {
      this.in = in;
      this.share = share;
    }

    @Override
    int next(byte[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      count += Math.max(0, read);
      share.grow(count);
      return read;
    }
  }

  /** Unpacks; broken pieces are the sender's fault. Opened late, because opening reads. */
  static final class Unzipped extends BodyLayer {
    private final InputStream packed;
    private @Nullable InputStream open;

    Unzipped(InputStream packed) {
      this.packed = packed;
    }

    @Override
    int next(byte[] buffer, int offset, int length) throws IOException {
      try {
        InputStream plain = open;
        if (plain == null) {
          plain = new GZIPInputStream(packed, 8 << 10);
          open = plain;
        }
        int count = plain.read(buffer, offset, length);
        if (count < 0 && packed.read() >= 0) {
          throw new ZipException("bytes after the end");
        }
        return count;
      } catch (ZipException | EOFException _) {
        throw Refusal.invalid("body", "is not the gzip that its Content-Encoding announces");
      }
    }
  }

  static Refusal tooLarge(long limit) {
    return new Refusal(
        new Failure.TooLarge("the body is larger than the " + limit + " bytes allowed here"));
  }
}
