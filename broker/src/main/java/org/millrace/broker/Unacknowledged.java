package org.millrace.broker;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answers of one channel that are here and neither acknowledged nor given back, by the broker's
 * numbers for them. Thread-safe; one thread acknowledges.
 */
final class Unacknowledged {
  private final Channel channel;
  private final TreeMap<Long, Boolean> here = new TreeMap<>(); // to whether it is stored

  Unacknowledged(Channel channel) {
    this.channel = channel;
  }

  synchronized void arrived(long tag) {
    here.put(tag, false);
  }

  synchronized void stored(long tag) {
    here.replace(tag, true);
  }

  /** Acknowledges what is stored; at one go all that come before the first that is not. */
  void acknowledgeStored() throws IOException {
    List<Long> first = new ArrayList<>();
    List<Long> others = new ArrayList<>();
    take(first, others);
    if (!first.isEmpty()) {
      channel.basicAck(first.getLast(), first.size() > 1);
    }
    for (long tag : others) {
      channel.basicAck(tag, false);
    }
  }

  private synchronized void take(List<Long> first, List<Long> others) {
    List<Long> into = first;
    for (Iterator<Map.Entry<Long, Boolean>> all = here.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Long, Boolean> next = all.next();
      if (next.getValue()) {
        into.add(next.getKey());
        all.remove();
      } else {
        into = others;
      }
    }
  }

  /** Forgotten once the broker was told, not before: no acknowledgement of several may pass it. */
  void giveBack(long tag) throws IOException {
    channel.basicNack(tag, false, true);
    synchronized (this) {
      here.remove(tag);
    }
  }
}
