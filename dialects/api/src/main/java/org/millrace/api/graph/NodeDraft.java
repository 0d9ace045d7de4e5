package org.millrace.api.graph;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.api.graph.ConditionDraft.Asked;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;

/** One node, as far as it was read. Not thread-safe. */
final class NodeDraft {
  /** As runs of this face and their tasks are stored. */
  static final String DIALECT = "api";

  static final int LONGEST_NAME = 4096;
  private static final int LONGEST_TAG = 4096;
  private static final int LONGEST_TAG_KEY = 255;
  private static final int MOST_TAGS = 1000;
  private static final int MOST_ITEMS_UNLESS_SAID = 10_000;
  private static final double MOST_GIGABYTES = 1e6;
  private static final double MOST_CORES = 1e6;
  private static final int MOST_ATTEMPTS = 1000;

  /** What the objects take that every node has, about. */
  private static final long NODE = 900;

  private static final Set<String> KINDS =
      Set.of("container", "steps", "in_process", "barrier", "task");
  private static final Set<String> WORK = Set.of("container", "steps", "in_process");
  private static final Set<String> OF_CONTAINERS = Set.of("inputs", "outputs", "volumes", "values");
  private static final Set<String> OF_WORK =
      Set.of("for_each", "resources", "retry", "limits", "priority", "tags");

  private static final Fields<NodeDraft> RESOURCES =
      new Fields<NodeDraft>()
          .with("cpu_cores", (in, node) -> node.cpuCores = in.amount(MOST_CORES))
          .with("ram_gb", (in, node) -> node.ramGb = in.amount(MOST_GIGABYTES))
          .with("disk_gb", (in, node) -> node.diskGb = in.amount(MOST_GIGABYTES))
          .with("preemptible", (in, node) -> node.preemptible = in.truth())
          .with(
              "zones",
              (in, node) ->
                  node.zones = in.list(MOST_TAGS, zone -> zone.text(LONGEST_TAG)).orElse(List.of()))
          .with("runtime", (in, node) -> node.runtime = runtime(in));

  private static final Fields<NodeDraft> RETRY =
      new Fields<NodeDraft>()
          .with("attempts", (in, node) -> node.attempts = in.whole(1, MOST_ATTEMPTS))
          .with("first", (in, node) -> node.first = in.duration())
          .with(
              "most",
              (in, node) -> {
                node.mostStands = Optional.of(in.spot());
                node.most = in.duration();
              })
          .with("after_start", (in, node) -> node.afterStart = in.truth());

  private static final Fields<NodeDraft> LIMITS =
      new Fields<NodeDraft>()
          .with("queue", (in, node) -> node.queue = in.duration())
          .with("run", (in, node) -> node.run = in.duration())
          .with("total", (in, node) -> node.total = in.duration());

  /** Of a node that is in a map of them. */
  static final Fields<NodeDraft> FIELDS =
      new Fields<NodeDraft>()
          .with("name", (in, node) -> node.name = in.text(LONGEST_NAME))
          .with("description", (in, node) -> node.description = in.text())
          .with("tags", (in, node) -> node.tags = tags(in))
          .with("after", (in, node) -> node.after = ConditionDraft.after(in))
          .with("for_each", (in, node) -> node.list = References.list(in, NodePlan.Each.MOST))
          .with("max_items", (in, node) -> node.mostItems = in.whole(1, NodePlan.Each.MOST))
          .withEach(ContainerDraft.FIELDS, node -> node.container)
          .with("steps", (in, node) -> node.steps = StepDraft.steps(in))
          .with("in_process", (in, node) -> node.handler = in.text(LONGEST_TAG_KEY))
          .with("with", (in, node) -> node.arguments = in.value())
          .with("barrier", (in, node) -> onlyTrue(in))
          .with("task", (in, node) -> node.task = task(in))
          .with("resources", RESOURCES::read)
          .with("retry", NodeDraft::retry)
          .with("limits", LIMITS::read)
          .with("priority", (in, node) -> node.priority = in.whole(0, 10));

  /** Of a node that is in a list of them. */
  static final Fields<NodeDraft> LISTED =
      new Fields<NodeDraft>()
          .with(
              "key",
              (in, node) -> node.key = in.words().flatMap(text -> ConditionDraft.key(in, text)))
          .withEach(FIELDS, node -> node)
          .needing("key");

  private final ContainerDraft container = new ContainerDraft();
  private Optional<NodeKey> key = Optional.empty();
  private Optional<String> name = Optional.empty();
  private Optional<String> description = Optional.empty();
  private Map<String, String> tags = Map.of();
  private Map<NodeKey, Optional<Asked>> after = Map.of();
  private Optional<Value> list = Optional.empty();
  private Optional<Integer> mostItems = Optional.empty();
  private List<Step> steps = List.of();
  private Optional<String> handler = Optional.empty();
  private Optional<Value> arguments = Optional.empty();
  private Optional<TaskId> task = Optional.empty();
  private Optional<Double> cpuCores = Optional.empty();
  private Optional<Double> ramGb = Optional.empty();
  private Optional<Double> diskGb = Optional.empty();
  private Optional<Boolean> preemptible = Optional.empty();
  private List<String> zones = List.of();
  private Optional<String> runtime = Optional.empty();
  private Optional<Integer> attempts = Optional.empty();
  private Optional<Duration> first = Optional.empty();
  private Optional<Duration> most = Optional.empty();
  private Optional<Spot> mostStands = Optional.empty();
  private Optional<Boolean> afterStart = Optional.empty();
  private Optional<Duration> queue = Optional.empty();
  private Optional<Duration> run = Optional.empty();
  private Optional<Duration> total = Optional.empty();
  private Optional<Integer> priority = Optional.empty();

  /** What is wanted of it, whatever came of the rest. */
  record Read(NodeKey key, NodePlan plan, Map<NodeKey, Optional<Asked>> after) {}

  /** A node of this name. */
  static Optional<Read> named(Cursor in, NodeKey key, Owner owner) throws IOException {
    return read(in, FIELDS, Optional.of(key), owner);
  }

  /** A node that says its name itself. */
  static Optional<Read> listed(Cursor in, Owner owner) throws IOException {
    return read(in, LISTED, Optional.empty(), owner);
  }

  private static Optional<Read> read(
      Cursor in, Fields<NodeDraft> fields, Optional<NodeKey> key, Owner owner) throws IOException {
    Spot spot = in.spot();
    in.keep(NODE);
    var node = new NodeDraft();
    node.key = key;
    fields.read(in, node).ifPresent(given -> node.check(in, spot, given));
    return node.key.map(known -> new Read(known, node.plan(known, owner), node.after));
  }

  private void check(Cursor in, Spot spot, Set<String> given) {
    Set<String> kinds = common(given, KINDS);
    if (kinds.size() > 1) {
      in.fault(
          spot,
          "a node does one thing, and this has "
              + String.join(" and ", kinds)
              + ": make a node of each");
      return;
    }
    Set<String> ofContainers = common(given, OF_CONTAINERS);
    if (!ofContainers.isEmpty() && !kinds.contains("container")) {
      in.fault(spot, String.join(", ", ofContainers) + ": belongs to a node with a container");
      return;
    }
    Set<String> ofWork = common(given, OF_WORK);
    if (!ofWork.isEmpty() && common(given, WORK).isEmpty()) {
      in.fault(
          spot,
          String.join(", ", ofWork)
              + ": belongs to a node with work, which is container, steps or in_process");
    } else if (given.contains("with") && !kinds.contains("in_process")) {
      in.fault(spot, "with: belongs to a node with in_process");
    } else if (given.contains("max_items") && !given.contains("for_each")) {
      in.fault(spot, "max_items: belongs to a node with for_each");
    }
    if (list.isPresent()
        && list.get() instanceof Value.Items(List<Value> items)
        && items.size() > mostItems()) {
      in.fault(
          spot,
          "for_each",
          "has " + items.size() + " items, more than max_items, which is " + mostItems());
    }
  }

  private static Set<String> common(Set<String> given, Set<String> some) {
    Set<String> common = new TreeSet<>(given);
    common.retainAll(some);
    return common;
  }

  private int mostItems() {
    return mostItems.orElse(MOST_ITEMS_UNLESS_SAID);
  }

  /** A node whose work is broken has none: by then that has been told. */
  private NodePlan plan(NodeKey called, Owner owner) {
    if (task.isPresent()) {
      return new NodePlan.Adopted(task.get());
    }
    Optional<TaskSpec> spec = work().map(work -> spec(called, owner, work));
    if (spec.isEmpty()) {
      return new NodePlan.Barrier();
    }
    return list.isPresent()
        ? new NodePlan.Each(list.get(), spec.get(), mostItems())
        : new NodePlan.Single(spec.get());
  }

  private Optional<Work> work() {
    if (!steps.isEmpty()) {
      return Optional.of(new StepsWork(steps, Map.of()));
    }
    if (handler.isPresent()) {
      return Optional.of(
          new InProcessWork(handler.get(), arguments.orElse(new Value.Fields(Map.of()))));
    }
    return container.work().map(work -> work);
  }

  private TaskSpec spec(NodeKey called, Owner owner, Work work) {
    return new TaskSpec(
        owner,
        DIALECT,
        name.or(() -> Optional.of(called.text())),
        description,
        tags,
        priority.orElse(TaskSpec.NORMAL_PRIORITY),
        work,
        resources(),
        retry(),
        new TimeLimits(queue, run, total),
        List.of());
  }

  private Resources resources() {
    return new Resources(
        cpuCores.map(cores -> (int) Math.max(1, Math.ceil(cores))),
        ramGb,
        diskGb,
        preemptible,
        zones,
        runtime.map(named -> Map.of(Resources.RUNTIME_PARAMETER, named)).orElse(Map.of()),
        Optional.empty());
  }

  private static void retry(Cursor in, NodeDraft node) throws IOException {
    RETRY.read(in, node);
    if (node.first.isPresent()
        && node.most.isPresent()
        && node.most.get().compareTo(node.first.get()) < 0) {
      in.fault(
          node.mostStands.orElseThrow(),
          "most",
          "is shorter than the first wait: the waits begin with first and grow up to most");
    }
  }

  /** Of one that is not said, as usual, or so that it fits the other one. */
  private RetryPolicy retry() {
    RetryPolicy usual = RetryPolicy.DEFAULT;
    Duration wait = first.orElse(shorter(usual.first(), most.orElse(usual.most())));
    return new RetryPolicy(
        attempts.orElse(usual.attempts()),
        wait,
        longer(most.orElse(usual.most()), wait),
        afterStart.orElse(usual.afterStart()));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** Of a node, or of the whole run. */
  static Map<String, String> tags(Cursor in) throws IOException {
    Spot spot = in.spot();
    Map<String, String> tags = in.map(MOST_TAGS, Cursor::words);
    tags.forEach((key, value) -> {
      if (key.isEmpty() || key.length() > LONGEST_TAG_KEY) {
        in.fault(spot, "a key of a tag has 1 to " + LONGEST_TAG_KEY + " characters");
      } else if (value.length() > LONGEST_TAG) {
        in.fault(spot, key, "at most " + LONGEST_TAG + " characters are allowed");
      }
    });
    return tags;
  }

  private static void onlyTrue(Cursor in) throws IOException {
    if (in.truth().equals(Optional.of(false))) {
      in.fault("is true, or is left out");
    }
  }

  private static Optional<TaskId> task(Cursor in) throws IOException {
    Optional<String> text = in.words();
    if (text.isPresent() && !TaskId.isValid(text.get())) {
      in.fault("the id of a task is wanted, not " + Shown.quoted(text.get()));
      return Optional.empty();
    }
    return text.map(TaskId::new);
  }

  private static Optional<String> runtime(Cursor in) throws IOException {
    return in.text()
        .flatMap(text -> {
          try {
            return Optional.of(new RuntimeName(text).text());
          } catch (IllegalArgumentException _) {
            in.fault("the name of a runtime is wanted, like 'sandbox' or 'pulsar:north'");
            return Optional.empty();
          }
        });
  }
}
