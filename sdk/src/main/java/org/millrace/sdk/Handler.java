package org.millrace.sdk;

import java.util.List;

/**
 * Documents, tasks and results, wherever they are kept ({@code contracts/dane.md 6.5}): at a server
 * ({@link ApiHandler}), in the index that a worker asks ({@link ElasticsearchHandler}), or in
 * memory ({@link InMemoryHandler}).
 *
 * <p>All may be shared between threads. What an implementation cannot do is an {@link
 * UnsupportedOperationException} that says who can; {@code docs/dane.md} has the table. What cannot
 * be reached is {@link ResourceUnreachable}, an answer that makes no sense {@link
 * DaneException.Refused}.
 */
public interface Handler {
  /** Documents that were registered, and those that were not, with the reason. */
  record Registered(List<Document> documents, List<NotRegistered> failed) {
    public Registered {
      documents = List.copyOf(documents);
      failed = List.copyOf(failed);
    }
  }

  /** A document that was not registered; its id is set where another one has it. */
  record NotRegistered(Document document, String error) {}

  /** Tasks that were assigned, and documents to which none was, with the reason. */
  record Assigned(List<Task> tasks, List<NotAssigned> failed) {
    public Assigned {
      tasks = List.copyOf(tasks);
      failed = List.copyOf(failed);
    }
  }

  /** A document that did not get the task. */
  record NotAssigned(String documentId, String error) {}

  /**
   * One page of a search.
   *
   * @param total of all pages; an index stops counting at 10,000
   */
  record Found(List<Document> documents, long total) {
    public Found {
      documents = List.copyOf(documents);
    }
  }

  /**
   * Registers a document and returns it with its id.
   *
   * @throws DaneException.ApiRegistration if it has an id
   * @throws DaneException.DocumentExists if there is one with the same target and creator
   */
  Document registerDocument(Document document);

  /** Registers many documents; what fails does not hinder the others. */
  Registered registerDocuments(List<Document> documents);

  /** Deletes a document with its tasks and their results; false if there was none. */
  boolean deleteDocument(String documentId);

  /**
   * Creates a task for a document and queues it; returns it as it was created.
   *
   * @throws DaneException.ApiRegistration if the task has an id
   * @throws DaneException.TaskAssigned if the document has a task of this key
   * @throws DaneException.DocumentExists if there is no such document
   */
  Task assignTask(Task task, String documentId);

  /**
   * Creates and queues the same task for many documents; what fails does not hinder the others.
   *
   * @throws DaneException.ApiRegistration if the task has an id
   */
  Assigned assignTaskToMany(Task task, List<String> documentIds);

  /** Deletes a task with its results; false if there was none. */
  boolean deleteTask(String taskId);

  /**
   * A task as it is now.
   *
   * @throws DaneException.TaskExists if there is none
   */
  Task task(String taskId);

  /**
   * The state of a task.
   *
   * @throws DaneException.TaskExists if there is none
   */
  default int taskState(String taskId) {
    Integer state = task(taskId).state();
    return state == null ? State.CREATED : state;
  }

  /**
   * The key of a task.
   *
   * @throws DaneException.TaskExists if there is none
   */
  default String taskKey(String taskId) {
    return task(taskId).key();
  }

  /**
   * Whether the state of a task is 200.
   *
   * @throws DaneException.TaskExists if there is none
   */
  default boolean isDone(String taskId) {
    return taskState(taskId) == State.SUCCESS;
  }

  /**
   * A document.
   *
   * @throws DaneException.DocumentExists if there is none
   */
  Document document(String documentId);

  /**
   * The document of a task.
   *
   * @throws DaneException.TaskExists if there is no such task
   */
  Document documentOfTask(String taskId);

  /**
   * Saves a result of a task and returns it with its id.
   *
   * @throws DaneException.ApiRegistration if it has an id
   */
  Result registerResult(Result result, String taskId);

  /** Deletes a result; false if there was none. */
  boolean deleteResult(String resultId);

  /**
   * A result.
   *
   * @throws DaneException.ResultExists if there is none
   */
  Result result(String resultId);

  /**
   * The results that the task of this key has left for a document.
   *
   * @throws DaneException.TaskAssigned if the document has no such task
   * @throws DaneException.ResultExists if the task has no result
   */
  List<Result> searchResult(String documentId, String taskKey);

  /** The results of a task; none is an empty list. */
  List<Result> resultsOfTask(String taskId);

  /**
   * Queues a task whose state is 201, 205, 412, 502 or 503; of any other, nothing happens.
   *
   * @throws DaneException.TaskExists if there is none
   */
  void run(String taskId);

  /**
   * Queues a task whatever its state; unless forced, not while it is queued (102) or done (200).
   *
   * @throws DaneException.TaskExists if there is none
   */
  void retry(String taskId, boolean force);

  /**
   * Sets a task back to 201, {@code Reset}; a server runs it again soon.
   *
   * @throws DaneException.TaskExists if there is none
   */
  void reset(String taskId);

  /** Takes in the answer of a worker, as a server does ({@code 4.7}). */
  void callback(String taskId, Answer answer);

  /**
   * Stores state and message of a task.
   *
   * @throws DaneException.TaskExists if there is none
   */
  void updateTaskState(String taskId, int state, String message);

  /**
   * Documents whose target and creator match; {@code *} and {@code ?} are wildcards, case matters.
   *
   * @param page from 1, of 100 documents
   */
  Found search(String targetId, String creatorId, int page);

  /** Tasks that are neither at 200 nor at 412; or only those that run by themselves. */
  List<Task> unfinished(boolean onlyRunnable);

  /** The tasks of a document; an original server or index gives ten at most. */
  List<Task> assignedTasks(String documentId);

  /** The tasks of a document that have this key: one or none. */
  List<Task> assignedTasks(String documentId, String taskKey);

  /** All documents of a creator. */
  List<Document> documentsOfCreator(String creatorId);

  /** All tasks of this key for documents of a creator. */
  List<Task> tasksOfCreator(String creatorId, String taskKey);

  /** All results of tasks of this key for documents of a creator. */
  List<Result> resultsOfCreator(String creatorId, String taskKey);
}
