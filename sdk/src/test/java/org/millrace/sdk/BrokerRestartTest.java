package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A broker that goes away while a callback runs, killed and stopped in turn, and comes back before
 * or after the callback has ended: no task is left without an answer, and the worker's queue is
 * bound again without anybody's help.
 */
@ExtendWith(WithRabbit.class)
class BrokerRestartTest {
  private static final int RESTARTS =
      Math.clamp(Integer.getInteger("millrace.kills", 5) / 4, 2, 12);

  @Test
  void no_task_is_left_unanswered_whatever_the_broker_does(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("restarts");
    Semaphore begun = new Semaphore(0);
    Semaphore mayEnd = new Semaphore(0);
    Map<String, AtomicInteger> runs = new HashMap<>();
    Worker worker =
        Worker.named("restarts")
            .bindingKey("#.SLOW")
            .config(config)
            .noApi()
            .generator(new Generator("x", AgentType.SOFTWARE, "x", "x"))
            .callback((task, _, _) -> {
              String name = task.args().path("n").asText();
              synchronized (runs) {
                runs.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet();
              }
              begun.release();
              mayEnd.acquire();
              return Answer.success().with("n", name);
            })
            .build();
    declareForGood(config, rabbit);
    int answeredTwice = 0;
    try (RunningWorker _ = RunningWorker.of(worker)) {
      for (int round = 0; round < RESTARTS; round++) {
        String held = "held-" + round;
        String behind = "behind-" + round;
        try (Peer peer = Peer.withoutExchange(config)) {
          String answers = peer.responseQueue("restarts-answers");
          peer.publishWhenBound("Text.SLOW", answers, held, message(held));
          peer.publishWhenBound("Text.SLOW", answers, behind, message(behind));
        }
        assertThat(begun.tryAcquire(60, TimeUnit.SECONDS)).as("%s begins", held).isTrue();
        boolean endsWhileAway = round % 3 == 0;
        if (round % 2 == 0) {
          rabbit.kill();
        } else {
          rabbit.stop();
        }
        if (endsWhileAway) {
          mayEnd.release();
        }
        rabbit.start();
        if (!endsWhileAway) {
          mayEnd.release();
        }
        mayEnd.release(8); // for the one behind, and for any that runs twice
        answeredTwice += answers(config, Set.of(held, behind));
        begun.drainPermits();
        mayEnd.drainPermits();
      }
    }
    long ranTwice = runs.values().stream().filter(count -> count.get() > 1).count();
    System.out.println(
        "%d restarts, %d tasks, all answered; ran more than once: %d, answered more than once: %d"
            .formatted(RESTARTS, runs.size(), ranTwice, answeredTwice));
    assertThat(runs).hasSize(2 * RESTARTS);
    for (int round = 1; round < RESTARTS; round += 2) {
      assertThat(runs.get("held-" + round))
          .as("a broker that was stopped in order forgets nothing: held-%d", round)
          .hasValue(1);
    }
  }

  /**
   * A broker that is killed forgets queues that were declared within its last seconds. Exchange and
   * binding are gone afterwards, and nobody but the worker makes them again.
   */
  private static void declareForGood(Config config, RabbitNode rabbit) throws Exception {
    try (Peer peer = new Peer(config)) {
      peer.workerQueue("restarts", "#.SLOW");
      peer.responseQueue("restarts-answers");
    }
    rabbit.stop();
    rabbit.start();
  }

  /** Waits until each has its answer; how many had more than one. */
  private static int answers(Config config, Set<String> expected) throws Exception {
    Set<String> seen = new LinkedHashSet<>();
    int twice = 0;
    try (Peer peer = Peer.withoutExchange(config)) {
      while (!seen.containsAll(expected)) {
        GetResponse answer = peer.next("restarts-answers");
        String id = String.valueOf(answer.getProps().getCorrelationId());
        assertThat(Json.read(Peer.text(answer)).path("n").asText()).isEqualTo(id);
        if (!expected.contains(id) || !seen.add(id)) {
          twice++; // a broker that was killed may bring back what was taken before
        }
      }
    }
    return twice;
  }

  private static String message(String name) {
    return """
    {"task": {"key": "SLOW", "args": {"n": "%s"}},
     "document": {"target": {"id": "T1T", "url": "u", "type": "Text"},
                  "creator": {"id": "C", "type": "Human"}}}
    """
        .formatted(name);
  }
}
