package org.millrace.server;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.Transition;
import org.millrace.engine.delivery.Courier;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.transition.Announcer;
import org.millrace.server.config.WebhookSection;

/**
 * Tells the configured web-hooks of every task that ends. Their URLs hold credentials, in the path
 * as often as before the host, so what is stored is a name: host and fingerprint. Only here is it
 * known which URL that means.
 */
final class Webhooks implements Announcer, Courier {
  private static final int FINGERPRINT_BYTES = 6;

  private final JsonMapper json = new JsonMapper();
  private final Map<String, String> urls = new LinkedHashMap<>();
  private final Courier courier;

  /**
   * Knows these web-hooks.
   *
   * @param key of the server, so that a fingerprint gives nobody a URL to try
   * @param courier takes URLs for targets
   */
  Webhooks(List<String> urls, byte[] key, Courier courier) {
    this.courier = courier;
    urls.forEach(url -> this.urls.put(name(url, key), url));
  }

  /** The same whatever the password is, which may change while something waits to be told. */
  private static String name(String url, byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] print = mac.doFinal(UrlSecrets.masked(url).getBytes(StandardCharsets.UTF_8));
      return WebhookSection.shown(url)
          + "#"
          + HexFormat.of().formatHex(print, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256, and any key fits it", impossible);
    }
  }

  @Override
  public List<Delivery.Draft> tell(Transition.Changed change) {
    if (urls.isEmpty() || !change.task().state().isFinal()) {
      return List.of();
    }
    String body = body(change.task());
    return urls.keySet().stream()
        .map(hook -> new Delivery.Draft(channel(), hook + " " + change.task().id(), hook, body))
        .toList();
  }

  private String body(Task task) {
    ObjectNode body = json.createObjectNode();
    body.put("task", task.id().text());
    body.put("owner", task.owner().name());
    body.put("state", task.state().name());
    task.endedAt().ifPresent(at -> body.put("ended_at", at.toString()));
    task.outcome()
        .flatMap(Outcome::why)
        .ifPresent(cause -> {
          body.put("code", cause.code());
          body.put("message", cause.message());
        });
    return body.toString();
  }

  @Override
  public String channel() {
    return courier.channel();
  }

  @Override
  public void carry(Delivery.Draft draft) throws NotDelivered, InterruptedException {
    String url = urls.get(draft.target());
    if (url == null) {
      throw new NotDelivered("this web-hook is no longer among webhooks.urls", true);
    }
    courier.carry(draft.to(url));
  }
}
