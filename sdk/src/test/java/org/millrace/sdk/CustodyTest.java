package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a worker owes, thought through connection by connection. */
class CustodyTest {
  private final List<String> worked = new ArrayList<>();
  private long now;
  private final Custody custody = new Custody(message -> worked.add(message.body()), () -> now);

  /** A line that writes down what it was told, and breaks when it is told to. */
  private static final class TestLine implements Line {
    final List<String> told = new ArrayList<>();
    boolean breaks;
    boolean breaksAtAcknowledging;
    boolean hasQueue = true;

    @Override
    public boolean answer(Message message, String body) throws IOException {
      tell("answer " + message.correlationId() + " " + body);
      return hasQueue;
    }

    @Override
    public void acknowledge(long tag) throws IOException {
      if (breaksAtAcknowledging) {
        throw new IOException("broken");
      }
      tell("ack " + tag);
    }

    @Override
    public void requeue(long tag) throws IOException {
      tell("requeue " + tag);
    }

    private void tell(String what) throws IOException {
      if (breaks) {
        throw new IOException("broken");
      }
      told.add(what);
    }
  }

  private static Message message(long tag, boolean again, @Nullable String id) {
    return new Message(tag, again, id, "replies", "body of " + id);
  }

  private TestLine connect() throws IOException {
    TestLine line = new TestLine();
    custody.connected(line);
    return line;
  }

  private TestLine connectWithoutQueue() throws IOException {
    TestLine line = new TestLine();
    line.hasQueue = false;
    custody.connected(line);
    return line;
  }

  private void workingWithoutALine() throws IOException {
    connect();
    custody.delivered(message(7, false, "a"));
    custody.lost();
  }

  /** The next line, which the answer went to. */
  private TestLine answeredWithoutALine() throws IOException {
    workingWithoutALine();
    custody.ended(done());
    return connect();
  }

  private static Outcome done() {
    return new Outcome.Answered("done");
  }

  @Test
  void an_answer_is_published_before_the_message_is_acknowledged() throws IOException {
    TestLine line = connect();
    custody.delivered(message(1, false, "a"));
    custody.ended(done());
    assertThat(worked).containsExactly("body of a");
    assertThat(line.told).containsExactly("answer a done", "ack 1");
  }

  @Test
  void a_refused_message_is_given_back_unanswered() throws IOException {
    TestLine line = connect();
    custody.delivered(message(1, false, "a"));
    custody.ended(new Outcome.Refused("no room"));
    custody.delivered(message(2, true, "a"));
    custody.ended(done());
    assertThat(line.told).containsExactly("requeue 1", "answer a done", "ack 2");
    assertThat(worked).hasSize(2);
  }

  @Test
  void an_old_tag_is_never_used_on_a_new_line() throws IOException {
    workingWithoutALine();
    TestLine second = connect();
    custody.ended(done());
    assertThat(second.told).containsExactly("answer a done");
  }

  @Test
  void work_that_outlives_its_line_is_joined_by_its_message() throws IOException {
    workingWithoutALine();
    TestLine second = connect();
    custody.delivered(message(1, true, "a"));
    custody.ended(done());
    assertThat(worked).hasSize(1);
    assertThat(second.told).containsExactly("answer a done", "ack 1");
  }

  @Test
  void work_is_joined_even_if_the_broker_forgot_that_it_delivered() throws IOException {
    workingWithoutALine();
    TestLine second = connect();
    custody.delivered(message(1, false, "a"));
    custody.ended(done());
    assertThat(worked).hasSize(1);
    assertThat(second.told).containsExactly("answer a done", "ack 1");
  }

  @Test
  void a_joined_message_is_refused_under_its_new_tag() throws IOException {
    workingWithoutALine();
    TestLine second = connect();
    custody.delivered(message(3, true, "a"));
    custody.ended(new Outcome.Refused("no room"));
    assertThat(second.told).containsExactly("requeue 3");
  }

  @Test
  void what_is_refused_without_a_line_is_left_to_the_broker() throws IOException {
    workingWithoutALine();
    custody.ended(new Outcome.Refused("no room"));
    TestLine second = connect();
    custody.delivered(message(1, true, "a"));
    assertThat(second.told).isEmpty();
    assertThat(worked).hasSize(2);
  }

  @Test
  void an_answer_without_a_line_is_published_on_the_next_and_its_message_acknowledged()
      throws IOException {
    TestLine second = answeredWithoutALine();
    assertThat(second.told).containsExactly("answer a done");
    custody.delivered(message(1, true, "a"));
    assertThat(second.told).containsExactly("answer a done", "ack 1");
    assertThat(worked).hasSize(1);
  }

  @Test
  void an_unconfirmed_answer_is_published_again() throws IOException {
    TestLine first = connect();
    custody.delivered(message(7, false, "a"));
    first.breaks = true;
    assertThatThrownBy(() -> custody.ended(done())).isInstanceOf(IOException.class);
    custody.lost();
    TestLine second = new TestLine();
    second.breaks = true;
    assertThatThrownBy(() -> custody.connected(second)).isInstanceOf(IOException.class);
    custody.lost();
    TestLine third = connect();
    custody.delivered(message(1, true, "a"));
    assertThat(third.told).containsExactly("answer a done", "ack 1");
    assertThat(connect().told).isEmpty();
    assertThat(worked).hasSize(1);
  }

  @Test
  void a_message_whose_acknowledgement_was_lost_is_not_worked_on_again() throws IOException {
    connect();
    custody.delivered(message(7, false, "a"));
    custody.ended(done());
    custody.lost();
    TestLine second = connect();
    custody.delivered(message(1, true, "a"));
    assertThat(second.told).containsExactly("ack 1");
    assertThat(worked).hasSize(1);
  }

  @Test
  void an_answer_whose_acknowledgement_broke_is_known_to_a_broker_that_forgot_it()
      throws IOException {
    TestLine first = connect();
    custody.delivered(message(7, false, "a"));
    first.breaksAtAcknowledging = true;
    assertThatThrownBy(() -> custody.ended(done())).isInstanceOf(IOException.class);
    custody.lost();
    TestLine second = connect();
    second.breaksAtAcknowledging = true;
    assertThatThrownBy(() -> custody.delivered(message(1, true, "a")))
        .isInstanceOf(IOException.class);
    custody.lost();
    TestLine third = connect();
    custody.delivered(message(1, false, "a"));
    assertThat(third.told).containsExactly("answer a done", "ack 1");
    assertThat(worked).hasSize(1);
  }

  /** So does an embedded broker that was stopped in good order. */
  @Test
  void what_was_answered_late_is_answered_again_if_the_broker_forgot_that_it_delivered()
      throws IOException {
    TestLine second = answeredWithoutALine();
    custody.delivered(message(1, false, "a"));
    assertThat(worked).hasSize(1);
    assertThat(second.told).containsExactly("answer a done", "answer a done", "ack 1");

    custody.delivered(message(2, false, "a"));
    assertThat(worked).as("now it is sent anew").hasSize(2);
  }

  @Test
  void a_task_that_is_sent_anew_is_worked_on_anew() throws IOException {
    TestLine line = connect();
    custody.delivered(message(1, false, "a"));
    custody.ended(done());
    custody.delivered(message(2, false, "a"));
    custody.ended(done());
    assertThat(worked).hasSize(2);
    assertThat(line.told).containsExactly("answer a done", "ack 1", "answer a done", "ack 2");
  }

  @Test
  void another_message_waits_for_the_work_that_outlived_its_line() throws IOException {
    workingWithoutALine();
    TestLine second = connect();
    custody.delivered(message(1, false, "b"));
    assertThat(worked).containsExactly("body of a");
    custody.ended(done());
    assertThat(worked).containsExactly("body of a", "body of b");
    custody.ended(done());
    custody.delivered(message(2, true, "a"));
    assertThat(second.told).containsExactly("answer a done", "answer b done", "ack 1", "ack 2");
  }

  @Test
  void what_waited_on_a_lost_line_is_left_to_the_broker() throws IOException {
    workingWithoutALine();
    connect();
    custody.delivered(message(1, false, "b"));
    custody.lost();
    custody.ended(done());
    assertThat(worked).containsExactly("body of a");
  }

  @Test
  void messages_that_nothing_tells_apart_are_worked_on_as_often_as_they_come() throws IOException {
    TestLine line = connect();
    custody.delivered(message(1, false, null));
    custody.ended(done());
    custody.delivered(message(2, true, null));
    custody.ended(done());
    assertThat(worked).hasSize(2);
    assertThat(line.told).contains("ack 1", "ack 2");
  }

  @Test
  void only_the_last_answers_are_remembered() throws IOException {
    TestLine line = connect();
    for (int i = 0; i <= Custody.REMEMBERED; i++) {
      custody.delivered(message(i, false, "t" + i));
      custody.ended(done());
    }
    custody.delivered(message(100, true, "t0"));
    custody.delivered(message(101, true, "t1"));
    assertThat(worked).hasSize(Custody.REMEMBERED + 2);
    assertThat(line.told).doesNotContain("ack 100");
  }

  @Test
  void an_end_without_work_changes_nothing() throws IOException {
    TestLine line = connect();
    custody.ended(done());
    assertThat(line.told).isEmpty();
  }

  @Test
  void an_answer_without_a_queue_is_published_again_until_there_is_one() throws IOException {
    TestLine line = connectWithoutQueue();
    assertThat(custody.owes()).isFalse();
    custody.delivered(message(1, false, "a"));
    custody.ended(done());
    assertThat(custody.owes()).isTrue();
    custody.retry();
    assertThat(line.told).containsExactly("answer a done", "answer a done");
    line.hasQueue = true;
    custody.retry();
    assertThat(line.told.getLast()).isEqualTo("ack 1");
    assertThat(custody.owes()).isFalse();
    custody.retry();
    assertThat(line.told)
        .containsExactly("answer a done", "answer a done", "answer a done", "ack 1");
  }

  @Test
  void an_answer_without_a_queue_goes_to_the_next_line_with_its_message() throws IOException {
    connectWithoutQueue();
    custody.delivered(message(7, false, "a"));
    custody.ended(done());
    custody.lost();
    custody.retry();
    assertThat(custody.owes()).isFalse();
    TestLine second = connectWithoutQueue();
    custody.delivered(message(1, true, "a"));
    assertThat(custody.owes()).isTrue();
    second.hasQueue = true;
    custody.retry();
    assertThat(worked).hasSize(1);
    assertThat(second.told).containsExactly("answer a done", "answer a done", "ack 1");
  }

  @Test
  void an_answer_without_a_queue_is_dropped_when_it_has_waited_long_enough() throws IOException {
    connectWithoutQueue();
    custody.delivered(message(7, false, "a"));
    custody.ended(done());
    now += Custody.QUEUE_PATIENCE.toNanos() - 1;
    custody.lost();
    TestLine second = connectWithoutQueue();
    custody.delivered(message(1, true, "a"));
    assertThat(second.told).containsExactly("answer a done");
    now += 1;
    custody.retry();
    assertThat(second.told).containsExactly("answer a done", "answer a done", "ack 1");
    assertThat(custody.owes()).isFalse();
  }

  @Test
  void nobody_waits_for_a_queue_that_does_not_come_back() throws IOException {
    TestLine line = connectWithoutQueue();
    custody.delivered(new Message(1, false, "a", "amq.gen-x", "body"));
    custody.ended(done());
    custody.delivered(new Message(2, false, null, "replies", "body"));
    custody.ended(done());
    custody.delivered(new Message(3, false, "b", RequestGenerator.REPLIES + "1", "body"));
    custody.ended(done());
    assertThat(line.told)
        .containsExactly(
            "answer a done", "ack 1", "answer null done", "ack 2", "answer b done", "ack 3");
    assertThat(custody.owes()).isFalse();
  }
}
