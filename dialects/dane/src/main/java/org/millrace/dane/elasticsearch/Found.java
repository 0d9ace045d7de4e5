package org.millrace.dane.elasticsearch;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import org.millrace.engine.documents.DocumentViewStore;

/**
 * So many of what a query finds, read as it is asked for, and how many there are. Belongs to one
 * thread.
 */
final class Found implements Iterator<Stored> {
  private final Iterator<? extends Stored> all;
  private final int skip;
  private final int most;
  private final OptionalInt known;
  private int seen;

  /**
   * A part of a list.
   *
   * @param skip how many of them to leave out first
   * @param most how many to give at most after that
   */
  static Found window(Iterator<? extends Stored> all, int skip, int most) {
    return new Found(all, skip, most, OptionalInt.empty());
  }

  /**
   * A part of a list that was counted.
   *
   * @param part what is left of it
   * @param total how many there are, counted to {@link DocumentViewStore#MOST_COUNTED}
   */
  static Found counted(Iterator<? extends Stored> part, int most, int total) {
    return new Found(part, 0, most, OptionalInt.of(total));
  }

  private Found(Iterator<? extends Stored> all, int skip, int most, OptionalInt known) {
    this.all = all;
    this.skip = skip;
    this.most = most;
    this.known = known;
  }

  @Override
  public boolean hasNext() {
    while (seen < skip && all.hasNext()) {
      all.next();
      seen++;
    }
    return seen < skip + most && all.hasNext();
  }

  @Override
  public Stored next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    seen++;
    return all.next();
  }

  /** How many there are; asked for after the last one was given. */
  Total total() {
    if (known.isPresent()) {
      int total = known.getAsInt();
      return new Total(total, total < DocumentViewStore.MOST_COUNTED);
    }
    return all.hasNext() ? new Total(seen + 1, false) : new Total(seen, true);
  }

  /**
   * How many.
   *
   * @param exact whether there are no more
   */
  record Total(int value, boolean exact) {}
}
