package org.millrace.engine.staging;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.task.StoredFile;

/** A file being written, its digest taken on the way. Opening again starts over. */
final class DigestingTarget implements Transfer.Target {
  private static final long LOOK_EVERY = 16 << 20;

  private final TaskFolder folder;
  private final String path;
  private final long leaveFree;
  private Digest digest = new Digest();
  private @Nullable IOException failure;

  /**
   * A file that is to be written.
   *
   * @param leaveFree bytes that are left free on its disk
   */
  DigestingTarget(TaskFolder folder, String path, long leaveFree) {
    this.folder = folder;
    this.path = path;
    this.leaveFree = leaveFree;
  }

  @Override
  public OutputStream open() throws IOException {
    digest = new Digest();
    failure = null;
    try {
      Disk.keepFree(folder.root(), leaveFree);
      return new Watched(folder.create(path));
    } catch (IOException failed) {
      failure = failed;
      throw failed;
    }
  }

  /** What our side of the last try failed of, whatever the transfer made of it. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  StoredFile stored(String url) {
    return new StoredFile(url, path, digest.bytes(), Optional.of(digest.hex()));
  }

  private final class Watched extends FilterOutputStream {
    private long unlooked;

    Watched(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        unlooked += count;
        if (unlooked >= LOOK_EVERY) {
          unlooked = 0;
          Disk.keepFree(folder.root(), leaveFree);
        }
        out.write(bytes, from, count);
      } catch (IOException failed) {
        failure = failed;
        throw failed;
      }
      digest.add(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } catch (IOException failed) {
        failure = failed;
        throw failed;
      }
    }
  }
}
