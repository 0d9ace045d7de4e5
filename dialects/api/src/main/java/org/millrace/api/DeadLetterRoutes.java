package org.millrace.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.documents.DeadLetterStore;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;

/**
 * Answers of workers that came to nothing: listed and forgotten. They belong to nobody, and may
 * hold what belongs to anybody, so only those see them who see everything.
 */
final class DeadLetterRoutes {
  private static final int USUAL_PAGE = 20;

  /** Each may have {@link DeadLetter#MOST_KEPT} bytes. */
  private static final int LARGEST_PAGE = 100;

  private static final int AT_ONCE = 1000;

  private final DeadLetterStore store;

  DeadLetterRoutes(DeadLetterStore store) {
    this.store = store;
  }

  private record Listed(List<WireDeadLetter> deadLetters, Optional<String> nextPageToken) {}

  /**
   * One of them.
   *
   * @param length how many bytes it had; more than are shown if it was cut
   * @param text its body, if that is UTF-8
   * @param base64 its body, if not
   */
  private record WireDeadLetter(
      long id,
      Instant at,
      Optional<String> correlationId,
      WireCause why,
      int length,
      boolean cut,
      Optional<String> text,
      Optional<String> base64) {
    static WireDeadLetter of(DeadLetterStore.Kept kept) {
      DeadLetter letter = kept.letter();
      Optional<String> text = text(letter);
      return new WireDeadLetter(
          kept.sequence(),
          letter.at(),
          letter.correlationId(),
          WireCause.of(letter.why()),
          letter.length(),
          letter.isCut(),
          text,
          text.isPresent()
              ? Optional.empty()
              : Optional.of(Base64.getEncoder().encodeToString(letter.body())));
    }

    /** A character that was cut in two is left out. */
    private static Optional<String> text(DeadLetter letter) {
      byte[] body = letter.body();
      CharsetDecoder decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      CharBuffer room = CharBuffer.allocate(body.length);
      boolean isText = !decoder.decode(ByteBuffer.wrap(body), room, !letter.isCut()).isError();
      return isText ? Optional.of(room.flip().toString()) : Optional.empty();
    }
  }

  private record Forgotten(int forgotten) {}

  /** The newest first. */
  Answer list(Exchange exchange) {
    Asked.only(exchange, "page_size", "page_token");
    checkSeesAll(exchange.caller());
    int size = (int) exchange.query().number("page_size", USUAL_PAGE, 1, LARGEST_PAGE);
    List<DeadLetterStore.Kept> letters = store.newest(before(exchange), size);
    return Json.answer(
        new Listed(
            letters.stream().map(WireDeadLetter::of).toList(),
            letters.size() < size
                ? Optional.empty()
                : Optional.of(String.valueOf(letters.getLast().sequence()))));
  }

  /** All that are there; one that comes meanwhile may stay. */
  Answer forget(Exchange exchange) {
    Asked.only(exchange);
    checkSeesAll(exchange.caller());
    return Json.answer(
        new Forgotten(
            store.newest(Long.MAX_VALUE, 1).stream()
                .mapToInt(newest -> forget(newest.letter().at()))
                .sum()));
  }

  private int forget(Instant then) {
    int all = 0;
    int some;
    do {
      some = store.forget(then, AT_ONCE);
      all += some;
    } while (some == AT_ONCE);
    return all;
  }

  private static long before(Exchange exchange) {
    Optional<String> token = exchange.query().one("page_token").filter(text -> !text.isEmpty());
    return token.map(DeadLetterRoutes::sequence).orElse(Long.MAX_VALUE);
  }

  private static long sequence(String token) {
    try {
      return Long.parseLong(token);
    } catch (NumberFormatException _) {
      throw Refusal.invalid("page_token", "was not issued by this server");
    }
  }

  private static void checkSeesAll(Caller caller) {
    if (!caller.seesAll()) {
      throw new Refusal(
          new Failure.Denied(
              "dead letters may hold what belongs to others; they are shown to those who see"
                  + " everything"));
    }
  }
}
