package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TurnsTest {

  @Test
  void each_gets_one_before_any_gets_two() throws SQLException {
    assertThat(filled(5, of("ada", 3, "bob", 1, "cid", 2)))
        .containsExactly("ada-0", "bob-0", "cid-0", "ada-1", "cid-1");
  }

  @Test
  void what_one_leaves_the_others_share() throws SQLException {
    assertThat(filled(7, of("ada", 1, "bob", 9, "cid", 9)))
        .containsExactly("ada-0", "bob-0", "cid-0", "bob-1", "cid-1", "bob-2", "cid-2");
  }

  @Test
  void more_owners_than_room_leave_the_last_ones_waiting() throws SQLException {
    assertThat(filled(2, of("ada", 1, "bob", 1, "cid", 1))).containsExactly("ada-0", "bob-0");
  }

  @Test
  void it_is_what_dealing_one_by_one_gives() throws SQLException {
    for (long seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      Map<String, Integer> ready = new LinkedHashMap<>();
      for (int owner = 0; owner < 1 + random.nextInt(6); owner++) {
        ready.put("owner" + owner, 1 + random.nextInt(12));
      }
      int room = 1 + random.nextInt(40);
      assertThat(filled(room, ready)).as("seed " + seed).isEqualTo(dealt(room, ready));
    }
  }

  private static Map<String, Integer> of(
      String one, int ones, String two, int twos, String three, int threes) {
    var ready = new LinkedHashMap<String, Integer>();
    ready.put(one, ones);
    ready.put(two, twos);
    ready.put(three, threes);
    return ready;
  }

  private static List<String> filled(int room, Map<String, Integer> ready) throws SQLException {
    Map<String, Deque<String>> tasks = tasks(ready);
    return new Turns(List.copyOf(tasks.keySet()), room)
        .fill((owner, most) -> {
          var taken = new ArrayList<String>();
          Deque<String> of = tasks.getOrDefault(owner, new ArrayDeque<>());
          while (taken.size() < most && !of.isEmpty()) {
            taken.add(of.remove());
          }
          return taken;
        });
  }

  private static List<String> dealt(int room, Map<String, Integer> ready) {
    Map<String, Deque<String>> tasks = tasks(ready);
    var dealt = new ArrayList<String>();
    while (dealt.size() < room && tasks.values().stream().anyMatch(of -> !of.isEmpty())) {
      for (Deque<String> of : tasks.values()) {
        if (dealt.size() < room && !of.isEmpty()) {
          dealt.add(of.remove());
        }
      }
    }
    return dealt;
  }

  private static Map<String, Deque<String>> tasks(Map<String, Integer> ready) {
    var tasks = new LinkedHashMap<String, Deque<String>>();
    ready.forEach((owner, count) -> {
      var of = new ArrayDeque<String>();
      for (int number = 0; number < count; number++) {
        of.add(owner + "-" + number);
      }
      tasks.put(owner, of);
    });
    return tasks;
  }
}
