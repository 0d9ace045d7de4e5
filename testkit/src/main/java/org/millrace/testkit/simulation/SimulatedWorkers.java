package org.millrace.testkit.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.AssignmentRule;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.documents.Wanted;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.testkit.DocumentFixture;
import org.millrace.testkit.simulation.Faults.Fault;
import org.millrace.testkit.simulation.SimulatedBroker.Letter;

/**
 * Workers of four keys, two of each, and what they and the servers say to each other. A worker
 * looks at the other tasks of its document somewhere in the middle of its work, and puts its own
 * off when one that it depends on is not done; it names those that are not there. In bad weather
 * workers die, refuse, answer twice, answer rubbish.
 */
final class SimulatedWorkers {
  /** What each key depends on. */
  private static final Map<String, List<String>> DEPENDS_ON =
      Map.of("A", List.of(), "B", List.of("A"), "C", List.of("A", "B"), "D", List.of());

  static final List<String> KEYS = List.of("A", "B", "C", "D");

  private static final int OF_EACH = 2;
  private static final Value.Fields NOTHING = new Value.Fields(Map.of());

  private final SeededThreads threads;
  private final Faults faults;
  private final Random random;
  private final StorePorts truth;
  private final SimulatedBroker broker;
  private final Map<String, Integer> incarnations = new TreeMap<>();

  SimulatedWorkers(
      SeededThreads threads,
      Faults faults,
      Random random,
      StorePorts truth,
      SimulatedBroker broker) {
    this.threads = threads;
    this.faults = faults;
    this.random = random;
    this.truth = truth;
    this.broker = broker;
    for (String key : KEYS) {
      for (int i = 0; i < OF_EACH; i++) {
        String name = name(key, i);
        incarnations.put(name, 0);
        start(name, key);
      }
    }
  }

  private static String name(String key, int number) {
    return "worker-" + key + number;
  }

  private void start(String name, String key) {
    String group = group(name);
    threads.of(group).start("work", () -> work(group, key));
  }

  /** What the tasks of a key wait for. */
  static List<String> needed(String key) {
    return DEPENDS_ON.getOrDefault(key, List.of());
  }

  private String group(String name) {
    return name + "." + incarnations.get(name);
  }

  /** One dies; another takes its place after a while. */
  void killOne(WeatherEvents events) {
    String key = KEYS.get(random.nextInt(KEYS.size()));
    String name = name(key, random.nextInt(OF_EACH));
    threads.kill(group(name));
    broker.disconnected(group(name));
    incarnations.merge(name, 1, Integer::sum);
    events.later(random.nextInt(10_000), () -> start(name, key));
  }

  /** Makes something happen later. */
  interface WeatherEvents {
    void later(long millis, Runnable event);
  }

  private void work(String me, String key) {
    while (true) {
      threads.pause(100L + random.nextInt(200));
      if (!broker.isAway()) {
        broker.bind(key);
        broker.take(key, me).ifPresent(letter -> handle(me, key, letter));
      }
    }
  }

  private void handle(String me, String key, Letter letter) {
    if (faults.strikes(Fault.ODD_WORKERS, 8)) {
      threads.pause(random.nextInt(300));
      broker.refuse(letter);
      return;
    }
    threads.pause(random.nextInt(1_500));
    String answer = answer(key, new TaskId(letter.body()));
    threads.pause(random.nextInt(1_500));
    if (!broker.isHeld(letter, me) || broker.isAway()) {
      return; // its connection ended: the answer is lost, the message comes again
    }
    broker.answer(letter.correlationId(), answer);
    if (faults.strikes(Fault.ODD_WORKERS, 10)) {
      broker.answer(letter.correlationId(), answer);
    }
    broker.acknowledge(key, letter);
  }

  private String answer(String key, TaskId task) {
    if (faults.strikes(Fault.ODD_WORKERS, 12)) {
      return "rubbish";
    }
    switch (random.nextInt(12)) {
      case 0 -> {
        return "no";
      }
      case 1 -> {
        return "again";
      }
      default -> {}
    }
    Optional<AssignedTask> mine = truth.documents().views().task(task);
    if (mine.isEmpty()) {
      return "no";
    }
    Map<String, TaskState> siblings = new TreeMap<>();
    truth
        .documents()
        .views()
        .tasksOf(mine.get().entry().space(), mine.get().entry().document(), 0, 100)
        .forEach(each -> siblings.put(each.entry().key(), each.state()));
    List<String> needed = needed(key);
    boolean allDone = needed.stream().allMatch(each -> siblings.get(each) == TaskState.COMPLETE);
    return allDone
        ? "done"
        : "wait"
            + needed.stream()
                .filter(each -> !siblings.containsKey(each))
                .map(each -> " " + each)
                .reduce("", String::concat);
  }

  // --- what servers say and understand

  /** How the tasks of documents are made and told of. */
  static Documents.Face face() {
    return new Documents.Face(DocumentFixture.FACE, new Rule(), SimulatedWorkers::named);
  }

  private static List<Wanted> named(FaceState face) {
    List<Wanted> wanted = new ArrayList<>();
    if (face.also().values().get("left") instanceof Value.Items(List<Value> items)) {
      items.forEach(item -> wanted.add(new Wanted(((Value.Text) item).text(), 5, NOTHING)));
    }
    return wanted;
  }

  private static final class Rule implements AssignmentRule {
    @Override
    public TaskSpec spec(Document document, Wanted wanted) {
      return new TaskSpec(
          Owner.ANONYMOUS,
          "test",
          Optional.of(wanted.key()),
          Optional.empty(),
          Map.of(),
          wanted.priority(),
          new WorkerWork(
              WorkerSide.NAME,
              "Video." + wanted.key(),
              wanted.key(),
              document.id().text(),
              wanted.arguments()),
          Resources.NONE,
          new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(5), true),
          TimeLimits.NONE,
          List.of());
    }

    @Override
    public FaceState face() {
      return new FaceState(102, "Queued", NOTHING);
    }
  }

  /** The correlation id is {@code task.attempt}, the body the task's id. */
  static final class Spoken implements WorkerProtocol {
    private static final Cause RUBBISH = new Cause("rubbish", "nobody understands that", "");

    @Override
    public String name() {
      return WorkerSide.NAME;
    }

    @Override
    public String exchange() {
      return SimulatedBroker.EXCHANGE;
    }

    @Override
    public Message encode(AttemptOrder order, WorkerWork work) {
      return new Message(
          exchange(),
          work.route(),
          order.task() + "." + order.attempt(),
          order.spec().priority(),
          order.task().text().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<Addressee> addressee(String correlationId) {
      int point = correlationId.lastIndexOf('.');
      return Optional.of(
          new Addressee(
              new ExternalId(WorkerSide.NAME, correlationId.substring(0, point)),
              OptionalInt.of(Integer.parseInt(correlationId.substring(point + 1)))));
    }

    @Override
    public Decoded decode(byte[] body) {
      String[] words = new String(body, StandardCharsets.UTF_8).split(" ", -1);
      List<Value> left =
          Arrays.stream(words).skip(1).<Value>map(word -> new Value.Text(word)).toList();
      return switch (words[0]) {
        case "done" -> new Decoded(new Outcome.Completed(), NOTHING, Optional.empty());
        case "wait" ->
            new Decoded(
                new Outcome.Deferred(new Cause("waits-for-others", "others are not done", "")),
                new Value.Items(left),
                Optional.empty());
        case "again" ->
            new Decoded(
                new Outcome.WorkFailed(new Cause("later", "no service now", "")),
                NOTHING,
                Optional.empty());
        case "no" ->
            new Decoded(
                new Outcome.WorkRefused(new Cause("no", "it cannot be done", "")),
                NOTHING,
                Optional.empty());
        default -> new Decoded(new Outcome.WorkRefused(RUBBISH), NOTHING, Optional.of(RUBBISH));
      };
    }
  }
}
