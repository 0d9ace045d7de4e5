package org.millrace.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.testkit.simulation.Faults.Fault;

/**
 * The workers and the broker of the simulation, with the simplest runtime there can be: it
 * publishes again whatever was not answered for a while.
 */
final class WorkersOfTheSimulationTest {

  @Test
  void whatever_fails_every_task_of_a_document_is_done_in_the_end() {
    for (long seed = 0; seed < 4; seed++) {
      SimulatedWorld world =
          SimulatedWorld.withWorkers(seed, 2, EnumSet.allOf(Fault.class), Impatient::new);
      world.submitDocuments(2, 3);
      world.runUntilQuiet();
      assertThat(world.happened()).as("seed %d", seed).containsKeys("DEFERRED", "WOKEN", "LATE");
    }
  }

  private record Impatient(
      WorkerBroker broker, WorkerProtocol protocol, Threads threads, InstantSource clock)
      implements TaskRuntime {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Override
    public RuntimeOffer offer() {
      return new RuntimeOffer(
          new RuntimeName(WorkerSide.NAME),
          "",
          Custody.HANDED_OVER,
          Set.of(WorkerWork.class),
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          List.of(),
          broker.trouble());
    }

    @Override
    public void prepare(AttemptOrder order) {}

    @Override
    public void start(AttemptOrder order) throws AttemptFailed, InterruptedException {
      Message message = protocol.encode(order, (WorkerWork) order.spec().work());
      while (true) {
        switch (broker.publish(message)) {
          case Published.Confirmed _ -> {
            return;
          }
          case Published.Unroutable _ when areWorkersBack() ->
              throw new AttemptFailed(
                  new Outcome.WorkRefused(new Cause("unroutable", "nobody takes it", "")));
          case Published.Unroutable _, Published.Unknown _ -> threads.sleep(Duration.ofSeconds(1));
        }
      }
    }

    private boolean areWorkersBack() {
      return broker.boundAnewSince().plus(PATIENCE).isBefore(clock.instant());
    }

    @Override
    public ComputeEnd await(AttemptOrder order) {
      throw new AssertionError("nobody awaits what was handed over");
    }

    @Override
    public Optional<ComputeEnd> look(AttemptOrder order) throws InterruptedException {
      Optional<Instant> started = order.startedAt();
      if (started.isPresent() && !started.get().plus(PATIENCE).isAfter(clock.instant())) {
        try {
          start(order);
        } catch (AttemptFailed failed) {
          return Optional.of(new ComputeEnd.Answered(failed.outcome(), new Value.Fields(Map.of())));
        }
      }
      return Optional.empty();
    }

    @Override
    public Collected collect(AttemptOrder order, ComputeEnd end) {
      return end instanceof ComputeEnd.Answered(Outcome _, Value said)
          ? Collected.of(said)
          : Collected.NOTHING;
    }

    @Override
    public void cancel(Handle handle) {}

    @Override
    public void clean(Handle handle) {}

    @Override
    public Stream<Handle> survivors() {
      return Stream.empty();
    }
  }
}
