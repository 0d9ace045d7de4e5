package org.millrace.transfer;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.delivery.Courier;
import org.millrace.engine.delivery.Delivery;
import org.millrace.transfer.HttpPeer.Ask;
import org.millrace.transfer.HttpPeer.Side;

/**
 * Tells web-hooks: the channel {@code webhook}, whose target is an HTTP URL and whose body is JSON.
 * Tries once; the outbox tries again. Thread-safe.
 *
 * <h2>Contract</h2>
 *
 * <ul>
 *   <li>POST with {@code Content-Type: application/json}. With a secret the header {@value
 *       #SIGNATURE} holds {@code sha256=} and the HMAC-SHA256 of the body's bytes in hex, lower
 *       case.
 *   <li>2xx means delivered. A 4xx other than 408, 409, 425 and 429, a malformed URL, a certificate
 *       that is not trusted and a destination that policy forbids are for good. All else may be
 *       tried again.
 *   <li>Redirects are not followed: a 3xx counts as not delivered.
 *   <li>Deliveries arrive at least once: a peer may see one again.
 * </ul>
 */
public final class WebhookCourier implements Courier {
  /** Carries the signature of the body. */
  public static final String SIGNATURE = "X-Millrace-Signature";

  private static final ContentType JSON = ContentType.create("application/json");
  private final HttpPeer peer;
  private final WebhookConfig config;

  public WebhookCourier(HttpClients clients, InstantSource clock, WebhookConfig config) {
    this.peer = new HttpPeer(clients, clock, Side.HOOK).withoutRedirects();
    this.config = config;
  }

  /** What is wrong with a target, to be said after its name; empty if it can be told. */
  public static Optional<String> problemOf(String target) {
    try {
      HttpUrl.parse(target);
      return Optional.empty();
    } catch (HttpUrl.Malformed malformed) {
      return Optional.of(malformed.reason());
    }
  }

  @Override
  public String channel() {
    return "webhook";
  }

  @Override
  public void carry(Delivery.Draft draft) throws NotDelivered, InterruptedException {
    try {
      post(HttpUrl.parse(draft.target()), draft.body().getBytes(StandardCharsets.UTF_8));
    } catch (HttpUrl.Malformed malformed) {
      throw new NotDelivered("the target of the web-hook " + malformed.reason(), true);
    } catch (Fault fault) {
      throw new NotDelivered(fault.why().toString(), fault.again() == Fault.Again.NEVER);
    }
  }

  private void post(HttpUrl target, byte[] body) throws Fault, InterruptedException {
    Ask plain =
        new Ask("POST", target, List.of(), Optional.of(() -> new ByteArrayEntity(body, JSON)));
    Ask ask =
        config
            .secret()
            .map(secret -> plain.with(SIGNATURE, "sha256=" + signature(secret, body)))
            .orElse(plain);
    peer.ask(
        ask,
        new Meter(Progress.NONE),
        (response, at) -> {
          if (response.getCode() / 100 != 2) {
            throw peer.notYet(ask, at, response.getCode());
          }
          return true;
        });
  }

  private static String signature(String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256, and any key fits it", impossible);
    }
  }
}
