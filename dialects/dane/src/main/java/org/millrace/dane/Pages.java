package org.millrace.dane;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** A list that is read from the store piece by piece, so that no length of it fills the memory. */
final class Pages<T> implements Iterator<T> {
  /** So many are read together. */
  static final int SIZE = 200;

  private final Function<Optional<T>, List<T>> read;
  private List<T> page;
  private int next;

  private Pages(Function<Optional<T>, List<T>> read) {
    this.read = read;
    this.page = read.apply(Optional.empty());
  }

  /**
   * Reads the first page.
   *
   * @param read at most {@link #SIZE} of those after the one seen last; empty: from the first
   */
  static <T> Pages<T> of(Function<Optional<T>, List<T>> read) {
    return new Pages<>(read);
  }

  @Override
  public boolean hasNext() {
    if (next == page.size() && page.size() == SIZE) {
      page = read.apply(Optional.of(page.getLast()));
      next = 0;
    }
    return next < page.size();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the list has ended");
    }
    return page.get(next++);
  }
}
