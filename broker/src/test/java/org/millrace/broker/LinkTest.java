package org.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.VirtualThreads;

/** A link goes on whatever ends its session. */
@Timeout(60)
class LinkTest {
  private static final RabbitConfig CONFIG =
      RabbitConfig.of(
          "mq.test", 5672, new Account("ada", "secret"), List.of("DANE-exchange"), "answers");

  /** Fails in one way after another, then in the last one for ever. */
  private static final class Failing extends ConnectionFactory {
    private final Queue<Error> errors = new ConcurrentLinkedQueue<>();

    @Override
    public Connection newConnection(String name) throws IOException {
      Error next = errors.poll();
      if (next != null) {
        throw next;
      }
      throw new IOException("nobody there");
    }
  }

  private static final class Heard implements Link.Use {
    final BlockingQueue<Cause> ended = new LinkedBlockingQueue<>();

    @Override
    public void begin(Session session) {
      throw new AssertionError("there is no session");
    }

    @Override
    public void ended(Cause why) {
      ended.add(why);
    }
  }

  @Test
  void it_connects_again_after_an_error_of_the_machine() throws Exception {
    var factory = new Failing();
    factory.errors.add(new OutOfMemoryError("no room for a frame"));
    factory.errors.add(new StackOverflowError());
    var heard = new Heard();
    var troubles = new Troubles(CONFIG);
    try (var link = new Link("test", factory, CONFIG, troubles, new VirtualThreads(), heard)) {
      assertThat(heard.ended.poll(30, TimeUnit.SECONDS)).asString().contains("no room for a frame");
      assertThat(heard.ended.poll(30, TimeUnit.SECONDS)).isNotNull();
      assertThat(heard.ended.poll(30, TimeUnit.SECONDS)).asString().contains("nobody there");
      assertThat(link.isConnecting()).isFalse();
      assertThat(link.trouble()).isPresent();
    }
  }
}
