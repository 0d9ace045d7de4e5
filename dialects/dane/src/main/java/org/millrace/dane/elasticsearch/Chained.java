package org.millrace.dane.elasticsearch;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * What each of a list leads to, one after another; each is looked up when somebody comes to it. A
 * stream would hold all of one at once. Belongs to one thread.
 */
final class Chained<S, T> implements Iterator<T> {
  private final Iterator<? extends S> from;
  private final Function<? super S, ? extends Iterator<? extends T>> each;
  private Iterator<? extends T> here = Collections.emptyIterator();

  Chained(Iterator<? extends S> from, Function<? super S, ? extends Iterator<? extends T>> each) {
    this.from = from;
    this.each = each;
  }

  @Override
  public boolean hasNext() {
    while (!here.hasNext() && from.hasNext()) {
      here = each.apply(from.next());
    }
    return here.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return here.next();
  }
}
