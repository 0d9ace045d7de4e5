package org.millrace.store.sqlite;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.millrace.domain.failure.Refusal;

/**
 * A place in a list: after which task the next page begins. As text it is opaque, with a checksum,
 * so that what somebody made up is refused.
 *
 * @param order the order of the list that it is a place in
 * @param seq the last task seen
 */
record PageToken(Order order, long seq) {

  /** What a list is ordered by. */
  enum Order {
    AGE((byte) 'a'),
    NAME((byte) 'n');

    private final byte letter;

    Order(byte letter) {
      this.letter = letter;
    }
  }

  private static final int BYTES = 1 + Long.BYTES + Integer.BYTES;

  String text() {
    byte[] place = ByteBuffer.allocate(BYTES).put(order.letter).putLong(seq).array();
    ByteBuffer.wrap(place).putInt(BYTES - Integer.BYTES, checksum(place));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(place);
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws Refusal {@code Invalid}, if it was not written here
   */
  static PageToken of(String text) {
    return decoded(text).orElseThrow(PageToken::foreign);
  }

  static Refusal foreign() {
    return Refusal.invalid("page_token", "was not issued by this server for this list");
  }

  private static Optional<PageToken> decoded(String text) {
    try {
      byte[] place = Base64.getUrlDecoder().decode(text);
      ByteBuffer bytes = ByteBuffer.wrap(place);
      return place.length == BYTES && bytes.getInt(BYTES - Integer.BYTES) == checksum(place)
          ? Stream.of(Order.values())
              .filter(order -> order.letter == bytes.get(0))
              .map(order -> new PageToken(order, bytes.getLong(1)))
              .findFirst()
          : Optional.empty();
    } catch (IllegalArgumentException _) { // not even of that form
      return Optional.empty();
    }
  }

  private static int checksum(byte[] place) {
    var sum = new CRC32();
    sum.update(place, 0, BYTES - Integer.BYTES);
    return (int) sum.getValue();
  }
}
