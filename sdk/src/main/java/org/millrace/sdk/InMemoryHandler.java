package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Documents, tasks and results in memory, for experiments and tests without server, index or broker
 * ({@code contracts/dane.md 6.9}). What is queued runs at once, in the thread of the caller:
 *
 * <ul>
 *   <li>with workers plugged in, by the first whose binding keys match {@code <type>.<KEY>}, with
 *       its dependencies and all that a server does with answers ({@code 4.7}); state 422 when none
 *       matches;
 *   <li>without any, every task succeeds ({@code Success!}).
 * </ul>
 *
 * <p>Ids are those that a server would give. Calls exclude each other.
 */
public final class InMemoryHandler implements Handler {
  private static final int PAGE = 100;

  private final Clock clock;
  private final Map<String, Document> documents = new LinkedHashMap<>();
  private final Map<String, Held<Task>> tasks = new LinkedHashMap<>();
  private final Map<String, Held<Result>> results = new LinkedHashMap<>();
  private final List<Worker> workers = new ArrayList<>();
  private long lastResult;

  /** What belongs to a document, or to a task. */
  private record Held<T>(String parent, T value) {}

  /** An empty handler. */
  public InMemoryHandler() {
    this(Clock.system(ZoneId.systemDefault()));
  }

  InMemoryHandler(Clock clock) {
    this.clock = clock;
  }

  /** From now on this worker is given the tasks that match its binding keys; nobody runs it. */
  public synchronized InMemoryHandler plug(Worker worker) {
    workers.add(worker);
    return this;
  }

  @Override
  public synchronized Document registerDocument(Document document) {
    String id = Refusals.notRegistered(document).computedId();
    if (documents.containsKey(id)) {
      throw Refusals.documentExists(document);
    }
    Document registered = document.registered(id, now());
    documents.put(id, registered);
    return registered;
  }

  @Override
  public synchronized Registered registerDocuments(List<Document> many) {
    List<Document> registered = new ArrayList<>();
    List<NotRegistered> failed = new ArrayList<>();
    for (Document document : many) {
      try {
        registered.add(registerDocument(document));
      } catch (DaneException e) {
        failed.add(new NotRegistered(document.registered(document.computedId(), now()), text(e)));
      }
    }
    return new Registered(registered, failed);
  }

  @Override
  public synchronized boolean deleteDocument(String documentId) {
    tasksOf(documentId).forEach(task -> deleteTask(String.valueOf(task.id())));
    return documents.remove(documentId) != null;
  }

  @Override
  public synchronized Task assignTask(Task task, String documentId) {
    Refusals.notAssigned(task);
    document(documentId);
    String id = task.computedId(documentId);
    if (tasks.containsKey(id)) {
      throw Refusals.taskAssigned(task.key(), documentId);
    }
    Task assigned = task.assigned(id, now());
    tasks.put(id, new Held<>(documentId, assigned));
    queue(id);
    return assigned;
  }

  @Override
  public synchronized Assigned assignTaskToMany(Task task, List<String> documentIds) {
    Refusals.notAssigned(task);
    List<Task> assigned = new ArrayList<>();
    List<NotAssigned> failed = new ArrayList<>();
    for (String documentId : documentIds) {
      try {
        assigned.add(assignTask(task, documentId));
      } catch (DaneException e) {
        failed.add(new NotAssigned(documentId, text(e)));
      }
    }
    return new Assigned(assigned, failed);
  }

  @Override
  public synchronized boolean deleteTask(String taskId) {
    results.values().removeIf(result -> result.parent().equals(taskId));
    return tasks.remove(taskId) != null;
  }

  @Override
  public synchronized Task task(String taskId) {
    return held(taskId).value();
  }

  @Override
  public synchronized Document document(String documentId) {
    Document document = documents.get(documentId);
    if (document == null) {
      throw Refusals.noDocument(documentId);
    }
    return document;
  }

  @Override
  public synchronized Document documentOfTask(String taskId) {
    return document(held(taskId).parent());
  }

  @Override
  public synchronized Result registerResult(Result result, String taskId) {
    Refusals.notSaved(result);
    held(taskId);
    String id = Long.toString(++lastResult);
    Result saved = result.saved(id, now());
    results.put(id, new Held<>(taskId, saved));
    return saved;
  }

  @Override
  public synchronized boolean deleteResult(String resultId) {
    return results.remove(resultId) != null;
  }

  @Override
  public synchronized Result result(String resultId) {
    Held<Result> held = results.get(resultId);
    if (held == null) {
      throw Refusals.noResult(resultId);
    }
    return held.value();
  }

  @Override
  public synchronized List<Result> searchResult(String documentId, String taskKey) {
    List<Task> found = assignedTasks(documentId, taskKey);
    if (found.isEmpty()) {
      throw Refusals.noSuchTask(taskKey, documentId);
    }
    List<Result> left =
        found.stream().flatMap(task -> resultsOfTask(String.valueOf(task.id())).stream()).toList();
    if (left.isEmpty()) {
      throw Refusals.noResultOf(taskKey, documentId);
    }
    return left;
  }

  @Override
  public synchronized List<Result> resultsOfTask(String taskId) {
    return results.values().stream()
        .filter(result -> result.parent().equals(taskId))
        .map(Held::value)
        .toList();
  }

  @Override
  public synchronized void run(String taskId) {
    if (State.runs(taskState(taskId))) {
      queue(taskId);
    }
  }

  @Override
  public synchronized void retry(String taskId, boolean force) {
    if (force || State.retries(taskState(taskId))) {
      queue(taskId);
    }
  }

  @Override
  public synchronized void reset(String taskId) {
    updateTaskState(taskId, State.CREATED, "Reset");
  }

  @Override
  public synchronized void updateTaskState(String taskId, int state, String message) {
    Held<Task> held = held(taskId);
    tasks.put(taskId, new Held<>(held.parent(), held.value().in(state, message, now())));
  }

  @Override
  public synchronized void callback(String taskId, Answer answer) {
    Held<Task> held = tasks.get(taskId);
    if (held == null) {
      return; // deleted meanwhile
    }
    updateTaskState(taskId, answer.state(), answer.message());
    if (answer.state() == State.UNFINISHED_DEPENDENCY) {
      createMissing(held.parent(), answer.more().path("dependencies"));
    }
    if (answer.state() == State.SUCCESS || answer.state() == State.UNFINISHED_DEPENDENCY) {
      runSiblings(taskId, held.parent(), answer.state() == State.SUCCESS);
    }
  }

  private void createMissing(String documentId, JsonNode dependencies) {
    for (JsonNode dependency : dependencies) {
      Task task =
          dependency.isTextual() ? Task.of(dependency.textValue()) : Task.fromJson(dependency);
      if (!tasks.containsKey(task.computedId(documentId))) {
        assignTask(task, documentId);
      }
    }
  }

  private void runSiblings(String taskId, String documentId, boolean alsoWaiting) {
    for (Task sibling : tasksOf(documentId)) {
      String id = String.valueOf(sibling.id());
      if (id.equals(taskId) || !tasks.containsKey(id)) {
        continue;
      }
      int state = taskState(id);
      if (state != State.TASK_RESET
          && State.runs(state)
          && (alsoWaiting || state != State.UNFINISHED_DEPENDENCY)) {
        queue(id);
      }
    }
  }

  /** Hands the task to whoever takes it, and takes in the answer. */
  private void queue(String taskId) {
    updateTaskState(taskId, State.QUEUED, "Queued");
    Task task = task(taskId);
    Document document = documentOfTask(taskId);
    String routingKey = document.target().type().word() + "." + task.key();
    if (workers.isEmpty()) {
      callback(taskId, Answer.of(State.SUCCESS, "Success!"));
      return;
    }
    for (Worker worker : workers) {
      if (worker.takes(routingKey)) {
        Answer answer = worker.answerTo(task, document);
        if (answer != null) { // a task that was refused stays queued
          callback(taskId, answer);
        }
        return;
      }
    }
    callback(taskId, Answer.of(State.NO_ROUTE_TO_QUEUE, "Unroutable task"));
  }

  @Override
  public synchronized Found search(String targetId, String creatorId, int page) {
    Pattern target = wildcard(targetId);
    Pattern creator = wildcard(creatorId);
    List<Document> found =
        documents.values().stream()
            .filter(document -> target.matcher(document.target().idText()).matches())
            .filter(document -> creator.matcher(document.creator().idText()).matches())
            .toList();
    return new Found(
        found.stream().skip(Math.max(page - 1L, 0) * PAGE).limit(PAGE).toList(), found.size());
  }

  private static Pattern wildcard(String text) {
    StringBuilder pattern = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .map(c -> c.equals("*") ? ".*" : c.equals("?") ? "." : Pattern.quote(c))
        .forEach(pattern::append);
    return Pattern.compile(pattern.toString(), Pattern.DOTALL);
  }

  @Override
  public synchronized List<Task> unfinished(boolean onlyRunnable) {
    return tasks.values().stream()
        .map(Held::value)
        .filter(task -> Unfinished.counts(task, onlyRunnable))
        .toList();
  }

  @Override
  public synchronized List<Task> assignedTasks(String documentId) {
    return tasksOf(documentId);
  }

  @Override
  public synchronized List<Task> assignedTasks(String documentId, String taskKey) {
    return tasksOf(documentId).stream().filter(task -> task.key().equals(taskKey)).toList();
  }

  @Override
  public synchronized List<Document> documentsOfCreator(String creatorId) {
    return documents.values().stream()
        .filter(document -> document.creator().idText().equals(creatorId))
        .toList();
  }

  @Override
  public synchronized List<Task> tasksOfCreator(String creatorId, String taskKey) {
    String key = taskKey.toUpperCase(Locale.ROOT);
    return documentsOfCreator(creatorId).stream()
        .flatMap(document -> assignedTasks(document.registeredId(), key).stream())
        .toList();
  }

  @Override
  public synchronized List<Result> resultsOfCreator(String creatorId, String taskKey) {
    return tasksOfCreator(creatorId, taskKey).stream()
        .flatMap(task -> resultsOfTask(String.valueOf(task.id())).stream())
        .toList();
  }

  private List<Task> tasksOf(String documentId) {
    return tasks.values().stream()
        .filter(task -> task.parent().equals(documentId))
        .map(Held::value)
        .toList();
  }

  private Held<Task> held(String taskId) {
    @Nullable Held<Task> held = tasks.get(taskId);
    if (held == null) {
      throw Refusals.noTask(taskId);
    }
    return held;
  }

  private String now() {
    return Times.text(clock);
  }

  private static String text(DaneException e) {
    return String.valueOf(e.getMessage());
  }
}
