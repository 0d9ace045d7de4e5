package org.millrace.dane;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.Except;

/**
 * Tasks that show none of some numbers, by number. Which they are is read at one moment: in pages
 * that follow the numbers, a task whose number changes on the way is told twice, or not at all,
 * though it was one of them all the time, and clients take it for done. Each is told as it stands
 * when somebody comes to it, and left out if it is none of them any more. Belongs to one thread.
 */
public final class TasksExcept implements Iterator<AssignedTask> {
  private final DocumentViewStore views;
  private final Except except;
  private final long[] sequences;
  private int read;
  private final ArrayDeque<AssignedTask> page = new ArrayDeque<>();

  private TasksExcept(DocumentViewStore views, Except except, long[] sequences) {
    this.views = views;
    this.except = except;
    this.sequences = sequences;
  }

  /** All of them. */
  public static TasksExcept all(DocumentViewStore views, Except except) {
    return first(views, except, Integer.MAX_VALUE);
  }

  /** So many of them at most. */
  public static TasksExcept first(DocumentViewStore views, Except except, int most) {
    return new TasksExcept(views, except, views.sequencesExcept(except, most));
  }

  /** How many they were. */
  public int total() {
    return sequences.length;
  }

  /** Leaves out so many of them, before the first was read. */
  public TasksExcept after(int skip) {
    read = Math.min(skip, sequences.length);
    return this;
  }

  @Override
  public boolean hasNext() {
    while (page.isEmpty() && read < sequences.length) {
      int end = Math.min(read + Pages.SIZE, sequences.length);
      views.tasks(except.space(), Arrays.copyOfRange(sequences, read, end)).stream()
          .filter(except::keeps)
          .forEach(page::add);
      read = end;
    }
    return !page.isEmpty();
  }

  @Override
  public AssignedTask next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the list has ended");
    }
    return page.remove();
  }
}
