package org.millrace.engine.staging;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.millrace.domain.failure.Refusal;

/**
 * Keeps secrets in URLs out of the store and out of sight: the password before the host, or for
 * {@code http} and {@code https} a name that stands there alone, since it is a token; and the
 * values of query parameters that are named like a signature, token or key, as presigned URLs have
 * them. {@link #seal} replaces each secret by a token that only {@link #open} under the same key
 * turns back; {@link #masked} is for showing. What holds no secret passes through byte for byte.
 * Thread-safe.
 *
 * <p>Contract: {@code open(seal(url)).equals(url)} for every text, and {@code seal(url)} holds
 * nothing of the secrets.
 */
public final class UrlSecrets {
  private static final String TOKEN = "sealed.";
  private static final String MASK = "***";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private static final Pattern PARAMETER =
      Pattern.compile("[?&;#](?<name>[^=&;#?]*)=(?<value>[^&;#]*)");

  /** A user with a password in a URL that stands in another one, percent-encoded or not. */
  private static final Pattern NESTED =
      Pattern.compile(
          "://[^/?#@:\\s]*:(?<plain>[^/@\\s]+)@|%3a%2f%2f[^%&#]*%3a(?<encoded>[^%&#]+)%40",
          Pattern.CASE_INSENSITIVE);

  /** Of presigned URLs of object stores, and what services call keys of their own. */
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "^(sig|key|auth|authorization)$"
              + "|signature|token|secret|passw|credential|api[-_]?key|access[-_]?key",
          Pattern.CASE_INSENSITIVE);

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

  /** The URL with each secret replaced by a token. */
  public String seal(String url) {
    return withSecrets(url, this::sealed);
  }

  /**
   * The URL as it was before {@link #seal}; one that was never sealed, unchanged.
   *
   * @throws IllegalArgumentException when it was sealed under another key, or altered since
   */
  public String open(String url) {
    return withSecrets(url, secret -> secret.startsWith(TOKEN) ? opened(secret) : secret);
  }

  /**
   * The URL of a plan, with each secret replaced by a token that holds no reference to what is
   * known later; {@link #open} gives back what was written, whatever that was.
   *
   * @throws Refusal naming {@code field}, if a secret is partly a reference
   */
  public String sealPlan(String field, String url) {
    String sealed =
        withSecrets(
            url, secret -> PlannedSecret.isWrittenOut(field, secret) ? sealed(secret) : secret);
    if (!open(sealed).equals(url)) {
      throw PlannedSecret.mixed(field);
    }
    return sealed;
  }

  /** A URL for people, sealed or clear: each secret replaced by three stars. */
  public static String masked(String url) {
    return withSecrets(url, _ -> MASK);
  }

  /** The secrets that stand in a URL, for keeping them out of what else is shown. */
  static List<String> secretsOf(String url) {
    return secretsIn(url).stream().map(place -> url.substring(place.from(), place.to())).toList();
  }

  /** Whether something that is named so is a secret: {@code X-Api-Key}. */
  static boolean isSecretName(String name) {
    return SECRET_NAME.matcher(name).find();
  }

  /** A text that is a secret as a whole, as a token. */
  String sealText(String secret) {
    return sealed(secret);
  }

  /** The text as it was before {@link #sealText}; one that was never sealed, unchanged. */
  String openText(String text) {
    return text.startsWith(TOKEN) ? opened(text) : text;
  }

  private String sealed(String secret) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key); // the provider draws a fresh nonce
      byte[] text = cipher.doFinal(bytesOf(secret));
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
   * Two bytes a character: an encoder would exchange what is no valid text, and the secret with it.
   */
  private static byte[] bytesOf(String secret) {
    byte[] bytes = new byte[secret.length() * Character.BYTES];
    ByteBuffer.wrap(bytes).asCharBuffer().put(secret);
    return bytes;
  }

  private static String withSecrets(String url, UnaryOperator<String> change) {
    var changed = new StringBuilder();
    int copied = 0;
    for (Place secret : secretsIn(url)) {
      changed.append(url, copied, secret.from());
      changed.append(change.apply(url.substring(secret.from(), secret.to())));
      copied = secret.to();
    }
    return changed.append(url, copied, url.length()).toString();
  }

  /** Where in a URL a secret stands. */
  private record Place(int from, int to) {}

  /** In the order in which they stand. */
  private static List<Place> secretsIn(String url) {
    int scheme = url.indexOf("://");
    int query = url.indexOf('?');
    if (url.startsWith("${") && query >= 0 && (scheme < 0 || query < scheme)) {
      return inParameters(url, query); // what comes before is known later
    }
    if (scheme < 0) {
      return List.of();
    }
    int start = scheme + "://".length();
    int end = endOfUserAndHost(url, start);
    List<Place> places = new ArrayList<>();
    beforeTheHost(url, start, end).ifPresent(places::add);
    places.addAll(inParameters(url, end));
    places.addAll(nested(url, end));
    return inOrder(places);
  }

  /** Of two that overlap the first one covers what matters: the whole value of a parameter, say. */
  private static List<Place> inOrder(List<Place> places) {
    List<Place> apart = new ArrayList<>();
    int end = 0;
    for (Place place : places.stream().sorted(Comparator.comparingInt(Place::from)).toList()) {
      if (place.from() >= end) {
        apart.add(place);
        end = place.to();
      }
    }
    return apart;
  }

  /**
   * Users write access keys with {@code /}, {@code ?} or {@code #} in them unescaped, and a strict
   * reader would take the rest of such a key for a path and show it. So what follows a colon and is
   * no port number reaches up to the next {@code @}, wherever that is.
   */
  private static int endOfUserAndHost(String url, int start) {
    int end = endOfAuthority(url, start);
    return url.lastIndexOf('@', end - 1) < start && !isHostAndPort(url.substring(start, end))
        ? endOfAuthority(url, Math.max(end, url.indexOf('@', end)))
        : end;
  }

  private static Optional<Place> beforeTheHost(String url, int start, int end) {
    int at = url.lastIndexOf('@', end - 1);
    if (at <= start) {
      return Optional.empty();
    }
    int colon = url.indexOf(':', start);
    if (colon < 0 || colon > at) {
      boolean token = url.regionMatches(true, 0, "http", 0, "http".length());
      return token ? Optional.of(new Place(start, at)) : Optional.empty();
    }
    return colon + 1 == at ? Optional.empty() : Optional.of(new Place(colon + 1, at));
  }

  /** Of the query, and of the fragment, which some services write tokens into. */
  private static List<Place> inParameters(String url, int from) {
    List<Place> places = new ArrayList<>();
    Matcher parameter = PARAMETER.matcher(url).region(endOfPath(url, from), url.length());
    while (parameter.find()) {
      if (SECRET_NAME.matcher(parameter.group("name")).find()
          && parameter.start("value") < parameter.end("value")) {
        places.add(new Place(parameter.start("value"), parameter.end("value")));
      }
    }
    return places;
  }

  private static List<Place> nested(String url, int from) {
    List<Place> places = new ArrayList<>();
    Matcher user = NESTED.matcher(url).region(from, url.length());
    while (user.find()) {
      String group = user.start("plain") >= 0 ? "plain" : "encoded";
      places.add(new Place(user.start(group), user.end(group)));
    }
    return places;
  }

  private static int endOfPath(String url, int from) {
    int end = from;
    while (end < url.length() && "?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return end;
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
