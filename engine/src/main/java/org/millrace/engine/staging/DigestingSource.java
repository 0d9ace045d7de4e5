package org.millrace.engine.staging;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.millrace.domain.task.StoredFile;

/** A file being read, its digest taken on the way. Opening again starts over. */
final class DigestingSource implements Transfer.Source {
  private final TaskFolder folder;
  private final Path place;
  private final String name;
  private final long size;
  private Digest digest = new Digest();

  DigestingSource(TaskFolder folder, Path place, String name) throws IOException {
    this.folder = folder;
    this.place = place;
    this.name = name;
    this.size = Files.size(place);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() throws IOException {
    digest = new Digest();
    return new Watched(folder.open(place), digest);
  }

  /**
   * What was stored.
   *
   * @throws IOException when the transfer has not read all of it
   */
  StoredFile stored(String url, String path) throws IOException {
    if (digest.bytes() != size) {
      throw new IOException("the transfer read " + digest.bytes() + " of its " + size + " bytes");
    }
    return new StoredFile(url, path, size, Optional.of(digest.hex()));
  }

  /** Bytes read or skipped go through the digest, each once. */
  private static final class Watched extends FilterInputStream {
    private final Digest digest;

    Watched(InputStream in, Digest digest) {
      super(in);
      this.digest = digest;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int count) throws IOException {
      int read = super.read(buffer, from, count);
      if (read > 0) {
        digest.add(buffer, from, read);
      }
      return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
      return readNBytes((int) Math.min(bytes, 64 * 1024)).length;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
