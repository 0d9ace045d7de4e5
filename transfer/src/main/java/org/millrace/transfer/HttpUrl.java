package org.millrace.transfer;

import java.net.IDN;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * An HTTP URL as people write them: {@link java.net.URI} refuses blanks, brackets and host names
 * with an underscore, which real task documents hold. Characters that may not stand in a URL are
 * percent-encoded, {@code .} and {@code ..} segments are resolved, fragments dropped.
 *
 * @param user whom to be; never shown
 * @param host in lower case; an IPv6 address without brackets
 * @param port -1 for the scheme's own
 * @param path encoded, starting with {@code /}
 * @param query encoded; may hold signatures, so it is never shown
 */
record HttpUrl(
    String scheme,
    Optional<UserInfo> user,
    String host,
    int port,
    String path,
    Optional<String> query) {

  private static final int LONGEST = 32_768;
  private static final String HEX = "0123456789ABCDEF";

  /** Why a text is no HTTP URL; free of its content, which may hold credentials. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      return Objects.requireNonNull(getMessage());
    }
  }

  /** Name and password of a URL. */
  record UserInfo(String name, String password) {
    @Override
    public String toString() {
      return "***";
    }

    /** RFC 7617, with UTF-8. */
    String toBasic() {
      byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
  }

  static HttpUrl parse(String text) throws Malformed {
    if (text.length() > LONGEST) {
      throw new Malformed("is longer than " + LONGEST + " characters");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new Malformed("holds a control character");
    }
    int colon = text.indexOf("://");
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new Malformed("must start with http:// or https://");
    }
    String rest = text.substring(colon + 3);
    int end = indexOfAny(rest, "/?#\\", 0);
    String authority = rest.substring(0, end);
    int at = authority.lastIndexOf('@');
    Optional<UserInfo> user = at < 0 ? Optional.empty() : userInfo(authority.substring(0, at));
    String hostAndPort = authority.substring(at + 1);
    int portColon = hostAndPort.indexOf(':', hostAndPort.lastIndexOf(']') + 1);
    String host = portColon < 0 ? hostAndPort : hostAndPort.substring(0, portColon);
    int port = portColon < 0 ? -1 : port(hostAndPort.substring(portColon + 1));
    int ownPort = scheme.equals("http") ? 80 : 443;
    return new HttpUrl(scheme, user, host(host), port == ownPort ? -1 : port, "/", Optional.empty())
        .withTarget(rest.substring(end));
  }

  /**
   * Where a reference on a page, or a Location header, of this URL leads. User info stays behind.
   */
  HttpUrl resolve(String reference) throws Malformed {
    String text = reference.strip();
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new Malformed("holds a control character");
    }
    int colon = text.indexOf(':');
    if (colon > 0 && colon < indexOfAny(text, "/?#", 0) && isScheme(text.substring(0, colon))) {
      return parse(text).withUser(Optional.empty());
    }
    if (text.startsWith("//")) {
      return parse(scheme + ":" + text).withUser(Optional.empty());
    }
    HttpUrl here = withUser(Optional.empty());
    if (text.isEmpty() || text.startsWith("#")) {
      return here;
    }
    if (text.startsWith("/")) {
      return here.withTarget(text);
    }
    String folder = text.startsWith("?") ? path : path.substring(0, path.lastIndexOf('/') + 1);
    return here.withTarget(folder + text);
  }

  /** The same place with this path (made of encoded or raw characters) and query. */
  private HttpUrl withTarget(String target) {
    String text = target.substring(0, indexOfAny(target, "#", 0));
    int question = indexOfAny(text, "?", 0);
    Optional<String> newQuery =
        question == text.length()
            ? Optional.empty()
            : Optional.of(encode(text.substring(question + 1), "?/"));
    String newPath = withoutDots(encode(text.substring(0, question), "/"));
    return new HttpUrl(scheme, user, host, port, newPath, newQuery);
  }

  HttpUrl withUser(Optional<UserInfo> other) {
    return new HttpUrl(scheme, other, host, port, path, query);
  }

  /** The URL of a file below this folder; the query, which may be a key to the folder, stays. */
  HttpUrl below(String relative) {
    String folder = path.endsWith("/") ? path : path + "/";
    return new HttpUrl(scheme, user, host, port, folder + encodeName(relative), query);
  }

  HttpUrl asFolder() {
    return path.endsWith("/") ? this : new HttpUrl(scheme, user, host, port, path + "/", query);
  }

  /**
   * Whether credentials for this URL may be shown to another: the same server, or its own TLS twin.
   */
  boolean trusts(HttpUrl other) {
    boolean twin =
        scheme.equals("http") && other.scheme.equals("https") && port == -1 && other.port == -1;
    return host.equals(other.host) && ((scheme.equals(other.scheme) && port == other.port) || twin);
  }

  /** Path and query as the request line shows them. */
  String target() {
    return query.map(text -> path + "?" + text).orElse(path);
  }

  /** Decoded segments of the path, empty ones left out. */
  List<String> segments() {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.add(decode(segment));
      }
    }
    return segments;
  }

  /** An address if the host is one, as text. */
  Optional<InetAddress> literalAddress() {
    return literal(host);
  }

  static Optional<InetAddress> literal(String host) {
    boolean canBe =
        host.indexOf(':') >= 0
            || (!host.isEmpty() && Character.isDigit(host.charAt(host.length() - 1)));
    if (!canBe) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // a name that ends in a digit
    }
  }

  /** {@code host} or {@code host:port}, as in a Host header. */
  String hostAndPort() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port < 0 ? shown : shown + ":" + port;
  }

  /** As it was, with everything that is no secret. */
  String masked() {
    return scheme
        + "://"
        + (user.isPresent() ? "***@" : "")
        + hostAndPort()
        + path
        + (query.isPresent() ? "?***" : "");
  }

  /** As it may be used again, secrets included. Not for messages. */
  String text() {
    String info = user.map(HttpUrl::encodeUser).orElse("");
    return scheme + "://" + info + hostAndPort() + target();
  }

  @Override
  public String toString() {
    return masked();
  }

  private static Optional<UserInfo> userInfo(String text) throws Malformed {
    int colon = text.indexOf(':');
    String name = decode(colon < 0 ? text : text.substring(0, colon));
    String password = colon < 0 ? "" : decode(text.substring(colon + 1));
    if (name.isEmpty()) {
      throw new Malformed("has a password or '@' but no user before it");
    }
    if ((name + password).chars().anyMatch(Character::isISOControl) || name.contains(":")) {
      throw new Malformed("has a user or password that Basic authentication cannot carry");
    }
    return Optional.of(new UserInfo(name, password));
  }

  private static String host(String text) throws Malformed {
    if (text.isEmpty()) {
      throw new Malformed("names no host");
    }
    if (text.startsWith("[") && text.endsWith("]")) {
      String address = text.substring(1, text.length() - 1);
      if (address.indexOf('%') < 0
          && address.indexOf(':') >= 0
          && literal(address.toLowerCase(Locale.ROOT)).isPresent()) {
        return address.toLowerCase(Locale.ROOT);
      }
      throw new Malformed("has a malformed IPv6 address");
    }
    String ascii;
    try {
      ascii = IDN.toASCII(text, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException _) {
      throw new Malformed("has a malformed host name");
    }
    if (!isHostName(ascii)) {
      throw new Malformed("has a malformed host name");
    }
    return ascii;
  }

  /**
   * Whether a text can be a host name, in lower case. Names with an underscore exist in container
   * networks.
   */
  static boolean isHostName(String text) {
    return !text.isEmpty()
        && text.length() <= 253
        && !text.startsWith(".")
        && !text.contains("..")
        && text.chars().allMatch(c -> isPlain((char) c) && c != '~' && !Character.isUpperCase(c));
  }

  private static int port(String text) throws Malformed {
    if (text.isEmpty()) {
      return -1;
    }
    boolean digits = text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65_535) {
      throw new Malformed("has a port that is not between 1 and 65535");
    }
    return port;
  }

  private static boolean isScheme(String text) {
    return Character.isLetter(text.charAt(0))
        && text.chars()
            .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0));
  }

  private static int indexOfAny(String text, String characters, int from) {
    for (int i = from; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  /**
   * RFC 3986, 5.2.4, on an encoded path; {@code %2e} counts as a dot, as it does for every server.
   */
  private static String withoutDots(String path) {
    Deque<String> kept = new ArrayDeque<>();
    boolean folder = true;
    String rest = path.startsWith("/") ? path.substring(1) : path;
    for (String segment : rest.split("/", -1)) {
      String plain = segment.replace("%2e", ".").replace("%2E", ".");
      folder = plain.equals(".") || plain.equals("..");
      if (plain.equals("..")) {
        kept.pollLast();
      } else if (!plain.equals(".")) {
        kept.addLast(segment);
      }
    }
    String joined = "/" + String.join("/", kept);
    return folder && !joined.endsWith("/") ? joined + "/" : joined;
  }

  /** Encodes what must not stand raw; what is encoded already stays. */
  private static String encode(String text, String alsoFine) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      boolean escape =
          c == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2]);
      if (escape || isPlain(c) || "!$&'()*+,;=:@".indexOf(c) >= 0 || alsoFine.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return encoded.toString();
  }

  /** Encodes names of files and folders, {@code /} between them. */
  static String encodeName(String name) {
    StringBuilder encoded = new StringBuilder(name.length() + 16);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isPlain(c) || c == '/') {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return encoded.toString();
  }

  private static String encodeUser(UserInfo pair) {
    String name = encodeName(pair.name()).replace("/", "%2F");
    return name + ":" + encodeName(pair.password()).replace("/", "%2F") + "@";
  }

  private static String decode(String text) {
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    byte[] target = new byte[raw.length];
    int length = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%' && i + 2 < raw.length && isHex(raw[i + 1]) && isHex(raw[i + 2])) {
        target[length++] =
            (byte) ((Character.digit(raw[i + 1], 16) << 4) | Character.digit(raw[i + 2], 16));
        i += 2;
      } else {
        target[length++] = raw[i];
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(target, 0, length))
          .toString();
    } catch (CharacterCodingException _) {
      return new String(
          target, 0, length, StandardCharsets.ISO_8859_1); // names from old servers stay distinct
    }
  }

  private static boolean isPlain(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
  }

  private static boolean isHex(byte b) {
    return Character.digit(b, 16) >= 0;
  }
}
