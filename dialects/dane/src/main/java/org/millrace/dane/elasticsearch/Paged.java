package org.millrace.dane.elasticsearch;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A list that the store hands out page by page, each page read when somebody comes to it. Belongs
 * to one thread.
 */
final class Paged<T> implements Iterator<T> {
  private final int size;
  private final Pages<T> pages;
  private final ArrayDeque<T> page = new ArrayDeque<>();
  private Optional<T> last = Optional.empty();
  private boolean ended;

  /** Where pages come from. */
  @FunctionalInterface
  interface Pages<T> {
    /**
     * What comes next.
     *
     * @param after the last one seen; empty: from the first
     */
    List<T> read(Optional<T> after, int most);
  }

  /**
   * Nothing is read yet.
   *
   * @param size of a page
   */
  Paged(int size, Pages<T> pages) {
    this.size = size;
    this.pages = pages;
  }

  @Override
  public boolean hasNext() {
    if (page.isEmpty() && !ended) {
      List<T> next = pages.read(last, size);
      page.addAll(next);
      ended = next.size() < size;
    }
    return !page.isEmpty();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T next = page.remove();
    last = Optional.of(next);
    return next;
  }
}
