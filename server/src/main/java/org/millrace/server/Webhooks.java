package org.millrace.server;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.Transition;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.transition.Announcer;

/** Tells the configured web-hooks of every task that ends. */
final class Webhooks implements Announcer {
  private static final String CHANNEL = "webhook";

  private final JsonMapper json = new JsonMapper();
  private final List<String> urls;

  Webhooks(List<String> urls) {
    this.urls = List.copyOf(urls);
  }

  @Override
  public List<Delivery.Draft> tell(Transition.Changed change) {
    if (urls.isEmpty() || !change.task().state().isFinal()) {
      return List.of();
    }
    String body = body(change.task());
    return urls.stream()
        .map(url -> new Delivery.Draft(CHANNEL, url + " " + change.task().id(), url, body))
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
}
