package org.millrace.dane;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A list that the store hands out page by page, each page read when somebody comes to it, so that
 * no length of it fills the memory. Belongs to one thread.
 */
public final class Pages<T> implements Iterator<T> {
  /** Documents or tasks that are read together; a task's arguments may have a mebibyte. */
  public static final int SIZE = 20;

  /** Results that are read together; each may be as large as a request. */
  public static final int RESULTS = 4;

  private final int size;
  private final Source<T> source;
  private int left;
  private final ArrayDeque<T> page = new ArrayDeque<>();
  private Optional<T> last = Optional.empty();
  private boolean ended;

  /** Where pages come from. */
  @FunctionalInterface
  public interface Source<T> {
    /**
     * What comes next.
     *
     * @param after the last one seen; empty: from the first
     */
    List<T> read(Optional<T> after, int most);
  }

  private Pages(int size, int most, Source<T> source) {
    this.size = size;
    this.left = most;
    this.source = source;
  }

  /** Documents or tasks; nothing is read yet. */
  public static <T> Pages<T> of(Source<T> source) {
    return first(Integer.MAX_VALUE, source);
  }

  /** So many of them at most. */
  static <T> Pages<T> first(int most, Source<T> source) {
    return new Pages<>(SIZE, most, source);
  }

  /** Results; nothing is read yet. */
  public static <T> Pages<T> ofResults(Source<T> source) {
    return new Pages<>(RESULTS, Integer.MAX_VALUE, source);
  }

  @Override
  public boolean hasNext() {
    if (page.isEmpty() && !ended) {
      int most = Math.min(size, left);
      List<T> next = source.read(last, most);
      page.addAll(next);
      left -= next.size();
      ended = next.size() < most || left == 0;
    }
    return !page.isEmpty();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the list has ended");
    }
    T next = page.remove();
    last = Optional.of(next);
    return next;
  }
}
