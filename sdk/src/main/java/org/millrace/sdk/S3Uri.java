package org.millrace.sdk;

/**
 * {@code s3://bucket/name} ({@code contracts/dane.md 6.8}).
 *
 * @param objectName what follows the first slash after the bucket
 */
public record S3Uri(String bucket, String objectName) {
  private static final String SCHEME = "s3://";

  /** Whether this is an S3 URI: the scheme, and a slash after the bucket. */
  public static boolean isValid(String uri) {
    return uri.startsWith(SCHEME) && uri.indexOf('/', SCHEME.length()) >= 0;
  }

  /**
   * Takes it apart.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static S3Uri parse(String uri) {
    if (!isValid(uri)) {
      throw new IllegalArgumentException(uri + " is not s3://BUCKET/NAME");
    }
    int slash = uri.indexOf('/', SCHEME.length());
    return new S3Uri(uri.substring(SCHEME.length(), slash), uri.substring(slash + 1));
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + objectName;
  }
}
