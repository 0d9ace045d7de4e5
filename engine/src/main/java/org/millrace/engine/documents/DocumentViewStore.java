package org.millrace.engine.documents;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.document.Tombstone;
import org.millrace.domain.task.TaskId;

/**
 * Reads of documents, their tasks and results. Sees everything that was acknowledged before; of
 * another space nothing. What a page costs follows the page, not what is stored; where it does not,
 * it says so. Thread-safe; interruption is left pending.
 */
public interface DocumentViewStore {

  /** So many are counted at most, where a total is told (contracts/dane.md 1.5, row 8). */
  int MOST_COUNTED = 10_000;

  Optional<Document> document(Space space, DocumentId id);

  /** Each of these, in this order, all of one moment. */
  List<Optional<Document>> documents(Space space, List<DocumentId> ids);

  /** The document that a task is assigned to. */
  Optional<Document> documentOf(Space space, EntryId entry);

  /**
   * So many of the documents found, after the first {@code skip}, and how many there are: counted
   * to {@link #MOST_COUNTED}. By target's id, then creator's, both by code points. A pattern for
   * the target that begins with a wildcard looks at every document of the space, or of the creator
   * if that one has no wildcard, as far as need be.
   *
   * @param skip 0 to {@link #MOST_COUNTED}
   */
  Hits search(Search search, int skip, int most);

  /**
   * What comes after a document in the order of {@link #search}, there or not any more.
   *
   * @param after empty: from the beginning
   */
  List<Document> searchAfter(Search search, Optional<Document> after, int most);

  /**
   * What documents are looked for. {@code *} stands for any text, {@code ?} for one character,
   * everything else for itself.
   *
   * @param target what the target's id is like
   * @param creator what the creator's id is like
   */
  record Search(Space space, String target, String creator) {
    /** Most characters of a pattern. */
    public static final int LONGEST = 1000;

    public Search {
      if (target.length() > LONGEST || creator.length() > LONGEST) {
        throw new IllegalArgumentException(
            "search: patterns of at most " + LONGEST + " characters");
      }
    }

    /** For all of a space. */
    public static Search all(Space space) {
      return new Search(space, "*", "*");
    }
  }

  /**
   * What was found.
   *
   * @param total all there are, up to {@link #MOST_COUNTED}
   */
  record Hits(int total, List<Document> documents) {
    public Hits {
      documents = List.copyOf(documents);
    }
  }

  /**
   * Documents of exactly this creator, by target's id.
   *
   * @param afterTarget empty: from the first
   */
  List<Document> documentsOf(Space space, String creatorId, Optional<String> afterTarget, int most);

  Optional<AssignedTask> task(Space space, EntryId id);

  /** The same by the core task's id, of whatever space. */
  Optional<AssignedTask> task(TaskId task);

  /** What is told of it, without what was assigned, which is larger, and of its document. */
  Optional<WithDocument> entry(TaskId task);

  /** An assigned task and its document, of one moment. */
  record WithDocument(TaskEntry entry, Document document) {}

  /** What an answer is looked up by, and which attempt it is of if it names none. */
  Optional<Latest> latest(Space space, EntryId id);

  /** The same by the core task's id. */
  Optional<Latest> latest(Space space, TaskId task);

  /**
   * The attempt of an assigned task that was begun last.
   *
   * @param attempt its number; 0 before the first
   */
  record Latest(TaskId task, int attempt) {}

  /**
   * Tasks of a document, in the order of assignment.
   *
   * @param after sequence of the last one seen; 0: from the first
   */
  List<AssignedTask> tasksOf(Space space, DocumentId document, long after, int most);

  /** Tasks of a key of all documents of exactly this creator, in the order of assignment. */
  List<AssignedTask> tasksOf(Space space, String creatorId, String key, long after, int most);

  /** Tasks of a key that show this number, in the order of assignment. */
  List<AssignedTask> numbered(Space space, String key, int number, long after, int most);

  /**
   * Tasks that show none of these numbers, by number, then in the order of assignment. Costs a look
   * for each different number. Whoever reads page after page misses tasks whose number changes
   * meanwhile, or meets them twice: {@link #sequencesExcept} is for those.
   *
   * @param after the last one seen, as it was then; empty: from the first
   */
  List<AssignedTask> except(Except except, Optional<Place> after, int most);

  /**
   * The sequences of so many tasks that show none of these numbers, in the same order, all as they
   * are at one moment. Costs a look for each different number, and eight bytes for each task, of
   * which nothing else is read.
   */
  long[] sequencesExcept(Except except, int most);

  /**
   * Tasks by their sequences, as they stand now, in this order; those that are not there any more
   * are left out.
   */
  List<AssignedTask> tasks(Space space, long[] sequences);

  /**
   * Where the last of so many tasks stands in the list of those that show none of these numbers.
   * Costs a look for each different number, and of the tasks before it nothing but their places is
   * read.
   *
   * @param many at least 1
   * @return empty: there are not so many
   */
  Optional<Place> placeExcept(Except except, int many);

  /**
   * How many tasks show each number but these, by number, counted up to so many together. Reads
   * none of them.
   */
  SortedMap<Integer, Integer> countsExcept(Except except, int most);

  /**
   * Which tasks to leave out.
   *
   * @param key of that key alone; empty: of every key
   */
  record Except(Space space, Optional<String> key, Set<Integer> numbers) {
    public Except {
      numbers = Set.copyOf(numbers);
    }

    /** Whether a task is none of those that are left out. */
    public boolean keeps(AssignedTask task) {
      TaskEntry entry = task.entry();
      return entry.space().equals(space)
          && key.filter(only -> !only.equals(entry.key())).isEmpty()
          && !numbers.contains(entry.face().number());
    }
  }

  /** Where a task stands in a list by number. */
  record Place(int number, long sequence) {
    public static Place of(AssignedTask task) {
      return new Place(task.entry().face().number(), task.sequence());
    }
  }

  Optional<Result> result(Space space, ResultId id);

  /**
   * Results of a task, in the order of saving. That of a document and key is {@link EntryId#of}.
   *
   * @param overtaken whether those that were overtaken are told too
   * @param after sequence of the last one seen; 0: from the first
   */
  List<StoredResult> resultsOf(Space space, EntryId entry, boolean overtaken, long after, int most);

  /** Results of a key of all documents of exactly this creator, in the order of saving. */
  List<StoredResult> resultsOf(Space space, String creatorId, String key, long after, int most);

  /**
   * A result in its place.
   *
   * @param sequence grows by one store
   */
  record StoredResult(long sequence, Result result) {}

  /** What is left of a task that was deleted, unless there is one of that name again. */
  Optional<Tombstone> tombstone(Space space, EntryId entry);
}
