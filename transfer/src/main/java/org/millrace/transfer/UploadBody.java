package org.millrace.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.millrace.engine.staging.Transfer.Source;

/**
 * A source as the body of a request, streamed, its length known before it is sent; plain or as the
 * part {@code file} of a form ({@code multipart/form-data}, RFC 7578, the file name escaped as
 * browsers and curl do). Own code, because the library's builder escapes names in another way and
 * does not notice a file that changes its size.
 */
final class UploadBody extends AbstractHttpEntity {
  private static final int BUFFER = 131_072;
  private final Source source;
  private final Meter meter;
  private final String label;
  private final byte[] before;
  private final byte[] after;

  private UploadBody(
      Source source, Meter meter, String label, ContentType type, String before, String after) {
    super(type, null, false);
    this.source = source;
    this.meter = meter;
    this.label = label;
    this.before = before.getBytes(StandardCharsets.UTF_8);
    this.after = after.getBytes(StandardCharsets.UTF_8);
  }

  static UploadBody plain(Source source, Meter meter, String label) {
    return new UploadBody(source, meter, label, ContentType.APPLICATION_OCTET_STREAM, "", "");
  }

  /**
   * A form with this one file.
   *
   * @param boundary must not occur in the file: long and random
   */
  static UploadBody form(Source source, Meter meter, String label, String boundary) {
    String head =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + escaped(source.name())
            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    ContentType type = ContentType.parse("multipart/form-data; boundary=" + boundary);
    return new UploadBody(source, meter, label, type, head, "\r\n--" + boundary + "--\r\n");
  }

  @Override
  public long getContentLength() {
    return before.length + source.size() + after.length;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public InputStream getContent() {
    throw new UnsupportedOperationException("an upload is written, not read");
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    meter.file(label, source.size());
    out.write(before);
    try (InputStream in = open()) {
      byte[] buffer = new byte[BUFFER];
      long left = source.size();
      int read;
      while ((read = read(in, buffer)) >= 0) {
        left -= read;
        if (left < 0) {
          throw LocalFault.changed("it is longer than " + source.size() + " bytes now");
        }
        out.write(buffer, 0, read);
        meter.moved(read);
      }
      if (left > 0) {
        throw LocalFault.changed(left + " of " + source.size() + " bytes are missing now");
      }
    }
    out.write(after);
  }

  @Override
  public void close() {
    // holds nothing open between requests
  }

  private InputStream open() throws LocalFault {
    try {
      return source.open();
    } catch (IOException problem) {
      throw LocalFault.reading(problem);
    }
  }

  private static int read(InputStream in, byte[] buffer) throws LocalFault {
    try {
      return in.read(buffer);
    } catch (IOException problem) {
      throw LocalFault.reading(problem);
    }
  }

  private static String escaped(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }
}
