package org.millrace.sdk;

/** Words that all handlers share ({@code contracts/dane.md 1.5, 6.5}). */
final class Refusals {
  private Refusals() {}

  static Document notRegistered(Document document) {
    if (document.id() != null) {
      throw new DaneException.ApiRegistration("Document is already registered: " + document.id());
    }
    return document;
  }

  static Task notAssigned(Task task) {
    if (task.id() != null) {
      throw new DaneException.ApiRegistration("Task is already assigned: " + task.id());
    }
    return task;
  }

  static Result notSaved(Result result) {
    if (result.id() != null) {
      throw new DaneException.ApiRegistration("Result is already saved: " + result.id());
    }
    return result;
  }

  static DaneException.DocumentExists documentExists(Document document) {
    return new DaneException.DocumentExists(
        "A document with target.id `%s`, and creator.id `%s` already exists"
            .formatted(document.target().idText(), document.creator().idText()));
  }

  static DaneException.DocumentExists noDocument(String documentId) {
    return new DaneException.DocumentExists("No document with id `" + documentId + "` found");
  }

  static DaneException.TaskExists noTask(String taskId) {
    return new DaneException.TaskExists("No result for task id: " + taskId);
  }

  static DaneException.ResultExists noResult(String resultId) {
    return new DaneException.ResultExists("No result for given result_id: " + resultId);
  }

  static DaneException.TaskAssigned taskAssigned(String key, String documentId) {
    return new DaneException.TaskAssigned(
        "Task `%s` already assigned to document `%s`".formatted(key, documentId));
  }

  static DaneException.TaskAssigned noSuchTask(String key, String documentId) {
    return new DaneException.TaskAssigned(
        "Task %s has not been assigned to document %s".formatted(key, documentId));
  }

  static DaneException.ResultExists noResultOf(String key, String documentId) {
    return new DaneException.ResultExists(
        "No result found for %s assigned to %s".formatted(key, documentId));
  }

  static UnsupportedOperationException onlyServer(String what, String who) {
    return new UnsupportedOperationException(what + ": " + who);
  }
}
