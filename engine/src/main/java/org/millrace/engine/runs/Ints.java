package org.millrace.engine.runs;

import java.util.Arrays;

/** Numbers in the order in which they came; a million of them take four megabytes. */
final class Ints {
  private int[] values = new int[16];
  private int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  int size() {
    return size;
  }

  int at(int index) {
    return values[index];
  }

  /** Where it is among numbers that rise; negative if it is not there. */
  int indexOf(int value) {
    return Arrays.binarySearch(values, 0, size, value);
  }

  /** Where the first one that is not less is among numbers that never fall. */
  int firstFrom(int value) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
