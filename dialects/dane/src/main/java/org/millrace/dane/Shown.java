package org.millrace.dane;

import java.util.Iterator;
import java.util.function.Function;
import org.millrace.domain.value.Value;

/** What is read, one after another, in the form in which it is answered. */
record Shown<T>(Iterator<T> read, Function<T, Value> form) implements Iterator<Value> {
  @Override
  public boolean hasNext() {
    return read.hasNext();
  }

  @Override
  public Value next() {
    return form.apply(read.next());
  }
}
