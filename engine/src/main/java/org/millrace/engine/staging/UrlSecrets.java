package org.millrace.engine.staging;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps passwords in URLs out of the store and out of sight. {@link #seal} replaces the password by
 * a token that only {@link #open} under the same key turns back; {@link #masked} is for showing.
 * What holds no password passes through byte for byte. Thread-safe.
 *
 * <p>Contract: {@code open(seal(url)).equals(url)} for every text, and {@code seal(url)} holds
 * nothing of the password.
 */
public final class UrlSecrets {
  private static final String TOKEN = "sealed.";
  private static final String MASK = "***";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;

  /**
   * Works under a key of the server.
   *
   * @param key 16, 24 or 32 secret bytes, the same for as long as sealed URLs are stored
   */
  public UrlSecrets(byte[] key) {
    if (key.length != 16 && key.length != 24 && key.length != 32) {
      throw new IllegalArgumentException(
          "key for sealing URLs: 16, 24 or 32 bytes, not " + key.length);
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  /** The URL with its password, if it holds one, replaced by a token. */
  public String seal(String url) {
    return withPassword(url, this::sealed);
  }

  /**
   * The URL as it was before {@link #seal}; one that was never sealed, unchanged.
   *
   * @throws IllegalArgumentException when it was sealed under another key, or altered since
   */
  public String open(String url) {
    return withPassword(url, password -> password.startsWith(TOKEN) ? opened(password) : password);
  }

  /** A URL for people, sealed or clear: its password, if it holds one, replaced by three stars. */
  public static String masked(String url) {
    return withPassword(url, _ -> MASK);
  }

  private String sealed(String password) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key); // the provider draws a fresh nonce
      byte[] text = cipher.doFinal(bytesOf(password));
      byte[] nonce = cipher.getIV();
      byte[] token = ByteBuffer.allocate(nonce.length + text.length).put(nonce).put(text).array();
      return TOKEN + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    } catch (GeneralSecurityException unavailable) {
      throw new IllegalStateException("this Java cannot encrypt with " + CIPHER, unavailable);
    }
  }

  private String opened(String token) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token.substring(TOKEN.length()));
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, bytes, 0, NONCE_BYTES));
      byte[] text = cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
      return ByteBuffer.wrap(text).asCharBuffer().toString();
    } catch (GeneralSecurityException
        | IllegalArgumentException
        | IndexOutOfBoundsException altered) {
      throw new IllegalArgumentException(
          "the credentials of a stored URL cannot be read: sealed under another key of the server,"
              + " or altered",
          altered);
    }
  }

  /**
   * Two bytes a character: an encoder would exchange what is no valid text, and the password with
   * it.
   */
  private static byte[] bytesOf(String password) {
    byte[] bytes = new byte[password.length() * Character.BYTES];
    ByteBuffer.wrap(bytes).asCharBuffer().put(password);
    return bytes;
  }

  private static String withPassword(String url, UnaryOperator<String> change) {
    return passwordIn(url)
        .map(place ->
            url.substring(0, place.from())
                + change.apply(url.substring(place.from(), place.to()))
                + url.substring(place.to()))
        .orElse(url);
  }

  /** Where in a URL its password stands. */
  private record Place(int from, int to) {}

  /**
   * Finds the password. Users write access keys with {@code /}, {@code ?} or {@code #} in them
   * unescaped, and a strict reader would take the rest of such a key for a path and show it. So
   * what follows a colon and is no port number reaches up to the next {@code @}, wherever that is.
   */
  private static Optional<Place> passwordIn(String url) {
    int scheme = url.indexOf("://");
    if (scheme < 0) {
      return Optional.empty();
    }
    int start = scheme + "://".length();
    int end = endOfAuthority(url, start);
    if (url.lastIndexOf('@', end - 1) < start && !isHostAndPort(url.substring(start, end))) {
      end = endOfAuthority(url, Math.max(end, url.indexOf('@', end)));
    }
    int at = url.lastIndexOf('@', end - 1);
    int colon = url.indexOf(':', start);
    return at < start || colon < 0 || colon + 1 >= at
        ? Optional.empty()
        : Optional.of(new Place(colon + 1, at));
  }

  private static int endOfAuthority(String url, int start) {
    for (int i = start; i < url.length(); i++) {
      if ("/?#".indexOf(url.charAt(i)) >= 0) {
        return i;
      }
    }
    return url.length();
  }

  private static boolean isHostAndPort(String authority) {
    int afterAddress = authority.startsWith("[") ? authority.indexOf(']') : 0;
    int colon = afterAddress < 0 ? -1 : authority.indexOf(':', afterAddress);
    return colon < 0 || authority.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
