package org.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which answers the broker is told of, and that none is that is not stored. */
final class UnacknowledgedTest {
  private final List<String> said = new ArrayList<>();
  private boolean broken;

  private final Channel channel =
      (Channel)
          Proxy.newProxyInstance(
              Channel.class.getClassLoader(),
              new Class<?>[] {Channel.class},
              (_, method, arguments) -> {
                if (broken) {
                  throw new IOException("broken");
                }
                said.add(method.getName() + Arrays.toString(arguments));
                return null;
              });

  private final Unacknowledged answers = new Unacknowledged(channel);

  private void arrived(long from, long to) {
    LongStream.rangeClosed(from, to).forEach(answers::arrived);
  }

  private void stored(long... tags) {
    LongStream.of(tags).forEach(answers::stored);
  }

  @Test
  void what_is_stored_up_to_the_first_that_is_not_is_acknowledged_at_one_go() throws Exception {
    arrived(1, 5);
    stored(3, 1, 2, 5);

    answers.acknowledgeStored();

    assertThat(said).containsExactly("basicAck[3, true]", "basicAck[5, false]");
    stored(4);
    answers.acknowledgeStored();
    assertThat(said).hasSize(3).endsWith("basicAck[4, false]");
  }

  @Test
  void nothing_is_said_twice_or_for_nothing() throws Exception {
    answers.acknowledgeStored();
    arrived(1, 3);
    answers.acknowledgeStored();
    stored(1);
    answers.acknowledgeStored();
    answers.acknowledgeStored();

    assertThat(said).containsExactly("basicAck[1, false]");
  }

  @Test
  void what_waits_to_be_given_back_is_never_among_the_acknowledged() throws Exception {
    arrived(1, 4);
    stored(1, 3, 4); // 2 could not be stored

    answers.acknowledgeStored();
    answers.giveBack(2);
    arrived(5, 6);
    stored(5, 6);
    answers.acknowledgeStored();

    assertThat(said)
        .containsExactly(
            "basicAck[1, false]",
            "basicAck[3, false]",
            "basicAck[4, false]",
            "basicNack[2, false, true]",
            "basicAck[6, true]");
  }

  /** Its channel is of no use then, and the broker gives it again. */
  @Test
  void what_could_not_be_given_back_stays_unacknowledged() throws Exception {
    arrived(1, 2);
    broken = true;
    assertThatThrownBy(() -> answers.giveBack(1)).hasMessage("broken");
    broken = false;
    stored(2);

    answers.acknowledgeStored();

    assertThat(said).containsExactly("basicAck[2, false]");
  }
}
