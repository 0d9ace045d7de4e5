package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.runtimes.local.Journal.Begun;

final class JournalTest {
  private static final String BY = "by 4711 815 e1b2-boot 12.34\n";

  @Test
  void the_first_line_tells_who_decided() {
    assertThat(Journal.parse(BY).begun()).isEqualTo(new Begun.By(4711, 815, "e1b2-boot", 12.34));
    assertThat(Journal.parse("cancelled\n").begun()).isEqualTo(new Begun.Never("cancelled"));
  }

  @Test
  void a_line_counts_once_it_is_whole() {
    assertThat(Journal.parse("").begun()).isEqualTo(new Begun.Deciding());
    assertThat(Journal.parse("by 4711 815 e1b2-boot 12.3").begun()).isEqualTo(new Begun.Deciding());
    assertThat(Journal.parse(BY + "exit 0 1.00 2.00 - - - no").exits()).isEmpty();
    assertThat(Journal.parse(BY + "exit 0 1.00 2.00 - - - none\nend ran").ended()).isFalse();
  }

  @Test
  void tells_how_each_executor_ended_and_whether_that_is_all() {
    Journal journal =
        Journal.parse(BY + "exit 0 1.00 2.00 5 6 0 v1\nexit 3 2.00 3.00 - - - none\nend failed\n");

    assertThat(journal.exits()).extracting(ExitRecord::code).containsExactly(0, 3);
    assertThat(journal.ended()).isTrue();
  }

  @Test
  void tells_whether_what_was_written_had_come_to_the_disk() {
    assertThat(Journal.parse(BY + "end ran\n").end()).isEqualTo(Journal.End.SAFE);
    assertThat(Journal.parse(BY + "end failed unsafe\n").end()).isEqualTo(Journal.End.UNSAFE);
    assertThat(Journal.parse(BY + "end ran unsafe\nsa").end()).isEqualTo(Journal.End.UNSAFE);
    assertThat(Journal.parse(BY + "end ran unsafe\nsafe\n").end()).isEqualTo(Journal.End.SAFE);
    assertThat(Journal.parse(BY + "end ran unsafe").end()).isEqualTo(Journal.End.NONE);
  }

  @Test
  void what_follows_a_damaged_line_is_not_known() {
    for (String damaged :
        List.of("exit 0 1.00\n", "exit\n", "\0\0\0\n", "exit 0 1exit 0 1 1 - - - none\n", "\n")) {
      Journal journal = Journal.parse(BY + "exit 0 1 2 - - - none\n" + damaged + "end ran\n");

      assertThat(journal.begun()).isEqualTo(new Begun.By(4711, 815, "e1b2-boot", 12.34));
      assertThat(journal.exits()).hasSize(1);
      assertThat(journal.ended()).isFalse();
    }
  }

  @Test
  void a_damaged_first_line_is_of_another_boot() {
    for (String damaged : List.of("\0\0\n", "by\n", "by 1 2 boot x\n", "bygone\n", "\n")) {
      assertThat(Journal.parse(damaged).begun()).isEqualTo(new Begun.By(0, 0, "damaged", 0));
    }
  }
}
