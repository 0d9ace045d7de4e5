package org.millrace.dane.elasticsearch;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What DANE's programs look for: one case for each template of {@code contracts/dane.md 3.9}. Ids
 * and keys are as sent, whether or not anything could have them.
 */
sealed interface Query {

  /** Whatever has this id. */
  record ById(String id) implements Query {}

  record DocumentOf(String task) implements Query {}

  /** By patterns for the ids of target and creator. */
  record Documents(String target, String creator) implements Query {}

  record DocumentsOfCreator(String creator) implements Query {}

  record TaskById(String task) implements Query {}

  /**
   * Tasks of a document.
   *
   * @param key of that key alone
   */
  record TasksOf(String document, Optional<String> key) implements Query {}

  /**
   * Tasks that show none of these numbers.
   *
   * @param key of that key alone
   */
  record TasksExcept(Optional<String> key, Set<Integer> numbers) implements Query {
    public TasksExcept {
      numbers = Set.copyOf(numbers);
    }
  }

  record TasksNumbered(String key, int number) implements Query {}

  record TasksOfCreator(String creator, String key) implements Query {}

  /** The task of this key of each document about this target. */
  record TasksOfTarget(String target, String key) implements Query {}

  record ResultById(String result) implements Query {}

  record ResultsOf(List<String> tasks) implements Query {
    public ResultsOf {
      tasks = List.copyOf(tasks);
    }
  }

  record ResultsOfCreator(String creator, String key) implements Query {}

  record ResultsOfTarget(String target, String key) implements Query {}

  /** The tasks of a document and their results. */
  record Below(String document) implements Query {}
}
