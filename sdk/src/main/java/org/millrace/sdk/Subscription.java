package org.millrace.sdk;

import java.util.List;

/** What a worker takes from the broker: a queue, bound to the exchange by these keys. */
record Subscription(Broker broker, String queue, List<String> bindingKeys) {
  Subscription {
    if (queue.isEmpty()) {
      throw new IllegalArgumentException("a worker needs the name of a queue");
    }
    if (bindingKeys.isEmpty()) {
      throw new IllegalArgumentException("a worker needs a binding key, such as #.FILESIZE");
    }
    bindingKeys = List.copyOf(bindingKeys);
  }
}
