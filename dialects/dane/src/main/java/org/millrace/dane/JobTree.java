package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.millrace.domain.value.Value;

/**
 * The tasks of a job, in the order in which they are to be done ({@code contracts/dane.md 2.6}).
 * Pure.
 */
sealed interface JobTree {
  /** Most tasks and containers of a job. */
  int MOST = 1_000;

  /** Containers in each other. */
  int DEEPEST = 50;

  /** Most bytes of a key: it is a word of a routing key. */
  int LONGEST_KEY = 150;

  /**
   * One task.
   *
   * @param number its id; 0 before it has one
   */
  record Leaf(String key, long number) implements JobTree {}

  /** One after the other. */
  record Row(List<JobTree> items) implements JobTree {
    public Row {
      items = List.copyOf(items);
    }
  }

  /** Side by side. */
  record Fork(List<JobTree> items) implements JobTree {
    public Fork {
      items = List.copyOf(items);
    }
  }

  /**
   * Reads what a client sent; ids and states in it are not looked at.
   *
   * @throws JobRefused what the original answers 400 or 500 to, and trees that are too large
   */
  static JobTree given(Value value) {
    return new Reading().tasks(value);
  }

  /** Reads what {@link #json} wrote. */
  static JobTree stored(Value value) {
    return new Reading().tasks(value);
  }

  /** Every task, depth first. */
  default Stream<Leaf> leaves() {
    return switch (this) {
      case Leaf leaf -> Stream.of(leaf);
      case Row(List<JobTree> items) -> items.stream().flatMap(JobTree::leaves);
      case Fork(List<JobTree> items) -> items.stream().flatMap(JobTree::leaves);
    };
  }

  /** The same with ids, given one after the other, depth first. */
  default JobTree numbered(long first) {
    long[] next = {first};
    return numbered(() -> next[0]++);
  }

  private JobTree numbered(LongSupplier numbers) {
    return switch (this) {
      case Leaf(String key, long _) -> new Leaf(key, numbers.getAsLong());
      case Row(List<JobTree> items) ->
          new Row(items.stream().map(item -> item.numbered(numbers)).toList());
      case Fork(List<JobTree> items) ->
          new Fork(items.stream().map(item -> item.numbered(numbers)).toList());
    };
  }

  /** Whether all of it is done. */
  default boolean isDone(LongPredicate done) {
    return leaves().allMatch(leaf -> done.test(leaf.number()));
  }

  /**
   * The tasks whose turn it is: of a row, those of the first item that is not done; of a fork,
   * those of every item that is not.
   */
  default List<Leaf> next(LongPredicate done) {
    return switch (this) {
      case Leaf leaf -> done.test(leaf.number()) ? List.of() : List.of(leaf);
      case Row(List<JobTree> items) ->
          items.stream()
              .map(item -> item.next(done))
              .filter(turn -> !turn.isEmpty())
              .findFirst()
              .orElse(List.of());
      case Fork(List<JobTree> items) ->
          items.stream().flatMap(item -> item.next(done).stream()).toList();
    };
  }

  /**
   * As workers and clients read it.
   *
   * @param task what is told of each task
   */
  default Value json(Function<Leaf, Value> task) {
    return switch (this) {
      case Leaf leaf -> new Value.Fields(Map.of("Task", task.apply(leaf)));
      case Row(List<JobTree> items) -> container("taskSequential", items, task);
      case Fork(List<JobTree> items) -> container("taskParallel", items, task);
    };
  }

  private static Value container(String name, List<JobTree> items, Function<Leaf, Value> task) {
    return new Value.Fields(
        Map.of(name, new Value.Items(items.stream().map(item -> item.json(task)).toList())));
  }

  /** Reads one tree. */
  final class Reading {
    private static final Set<String> OF_TASK =
        Set.of("task_key", "task_id", "task_state", "task_msg", "job_id");

    private int pieces;

    JobTree tasks(Value value) {
      return switch (value) {
        case Value.Text(String text) -> ofText(text);
        case Value.Fields(Map<String, Value> fields) -> ofFields(fields, 0);
        case Value.Items _, Value.Numeral _, Value.Truth _, Value.Nothing _ ->
            throw JobRefused.format();
      };
    }

    /** A key, or JSON that holds the tasks. */
    private JobTree ofText(String text) {
      Value held;
      try {
        held = PythonJson.read(text);
      } catch (PythonJson.NotJson _) {
        return leaf(text);
      }
      return switch (held) {
        case Value.Text _ -> leaf(text); // with its quotes, as the original has it
        case Value.Fields(Map<String, Value> fields) -> ofFields(fields, 0);
        case Value.Items _, Value.Numeral _, Value.Truth _, Value.Nothing _ ->
            throw JobRefused.unfit("`tasks` holds JSON that is no object");
      };
    }

    private JobTree item(Value value, int depth) {
      return switch (value) {
        case Value.Text(String key) -> leaf(key);
        case Value.Fields(Map<String, Value> fields) -> ofFields(fields, depth);
        case Value.Items _, Value.Numeral _, Value.Truth _, Value.Nothing _ ->
            throw JobRefused.format();
      };
    }

    private JobTree ofFields(Map<String, Value> fields, int depth) {
      if (fields.size() != 1) {
        throw JobRefused.unfit("a task or container has one member, not " + fields.size());
      }
      Map.Entry<String, Value> only = fields.entrySet().iterator().next();
      return switch (only.getKey()) {
        case "Task" -> task(only.getValue());
        case "taskSequential" -> new Row(items(only.getValue(), depth));
        case "taskParallel" -> new Fork(items(only.getValue(), depth));
        default -> throw JobRefused.format();
      };
    }

    private List<JobTree> items(Value value, int depth) {
      if (!(value instanceof Value.Items(List<Value> given))) {
        throw JobRefused.format();
      }
      if (depth >= DEEPEST) {
        throw new JobRefused(
            400, "Invalid job format: containers in each other, at most " + DEEPEST);
      }
      count();
      List<JobTree> items = new ArrayList<>();
      given.forEach(item -> items.add(item(item, depth + 1)));
      return items;
    }

    private JobTree task(Value value) {
      if (!(value instanceof Value.Fields(Map<String, Value> fields))
          || !OF_TASK.containsAll(fields.keySet())) {
        throw JobRefused.format();
      }
      return switch (fields.getOrDefault("task_key", Value.NOTHING)) {
        case Value.Text(String key) -> new Leaf(leaf(key).key(), number(fields));
        case Value.Nothing _ when !fields.containsKey("task_key") -> throw JobRefused.format();
        case Value.Nothing _, Value.Numeral _, Value.Truth _, Value.Items _, Value.Fields _ ->
            throw JobRefused.unfit("a task key is a text");
      };
    }

    private static long number(Map<String, Value> fields) {
      return fields.get("task_id") instanceof Value.Numeral(String digits)
              && JobNumbers.isNumber(digits)
          ? Long.parseLong(digits)
          : 0;
    }

    private Leaf leaf(String given) {
      count();
      String key = PythonText.upper(given);
      if (key.isBlank()) {
        throw JobRefused.unfit("a task key is not empty");
      }
      if (key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY
          || key.chars().anyMatch(Character::isISOControl)) {
        throw new JobRefused(
            400,
            "Invalid job format: a task key has at most "
                + LONGEST_KEY
                + " bytes and no control character");
      }
      return new Leaf(key, 0);
    }

    private void count() {
      pieces++;
      if (pieces > MOST) {
        throw new JobRefused(
            413, "A job has at most " + MOST + " tasks and containers: make several jobs of it");
      }
    }
  }
}
