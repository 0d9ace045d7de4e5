package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers in an array, against a list that is gone through. */
class IntsTest {
  @Test
  void numbers_are_found_as_in_a_list_that_is_gone_through() {
    var random = new Random(4);
    for (int size : List.of(0, 1, 15, 16, 17, 100)) {
      var ints = new Ints();
      List<Integer> list = new ArrayList<>();
      int next = 0;
      for (int i = 0; i < size; i++) {
        next += random.nextInt(3); // some twice, some left out
        ints.add(next);
        list.add(next);
      }
      assertThat(ints.size()).isEqualTo(size);
      for (int i = 0; i < size; i++) {
        assertThat(ints.at(i)).isEqualTo(list.get(i));
      }
      for (int wanted = -1; wanted <= next + 1; wanted++) {
        int value = wanted;
        assertThat(ints.firstFrom(value))
            .isEqualTo((int) list.stream().filter(one -> one < value).count());
        assertThat(ints.indexOf(value) >= 0).isEqualTo(list.contains(value));
      }
    }
  }
}
