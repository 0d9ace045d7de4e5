package org.millrace.runtimes.steps;

import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.millrace.domain.task.StepsWork;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.services.AllowedAddresses;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.views.LogFolder;
import org.millrace.testkit.runtime.TestAttempt;
import org.millrace.transfer.DefaultDestinations;
import org.millrace.transfer.DestinationConfig;
import org.millrace.transfer.HttpClients;
import org.millrace.transfer.HttpConfig;
import org.millrace.transfer.ServiceHttp;

/** The runtime as a server wires it, over real sockets; a new one is a server started again. */
final class StepsRig implements AutoCloseable {
  static final RequestSecrets SECRETS = new RequestSecrets(new UrlSecrets(new byte[32]));

  private final HttpClients clients =
      new HttpClients(HttpConfig.DEFAULT, new DefaultDestinations(DestinationConfig.DEFAULT));
  private final ServiceHttp services = new ServiceHttp(clients);
  private final Threads threads = new VirtualThreads();
  private final List<StepHandler> handlers = new ArrayList<>();
  private InstantSource clock = Clock.systemUTC();
  private long mostLog = 1 << 20;
  final LogFolder logs;

  StepsRig(Path folder) {
    this.logs = new LogFolder(folder);
    handlers.add(new TcpExchange(services, threads));
  }

  /** Names are looked up there by {@code tcp} steps. */
  StepsRig withNames(AllowedAddresses addresses) {
    handlers.removeIf(TcpExchange.class::isInstance);
    return with(new TcpExchange(addresses, threads));
  }

  StepsRig with(InstantSource other) {
    clock = other;
    return this;
  }

  StepsRig with(StepHandler handler) {
    handlers.add(handler);
    return this;
  }

  StepsRig withLogOf(long bytes) {
    mostLog = bytes;
    return this;
  }

  ServiceHttp services() {
    return services;
  }

  StepsRuntime runtime() {
    return new StepsRuntime(
        new StepsRuntime.Means(services, logs, mostLog, threads, clock), SECRETS, handlers);
  }

  static TestAttempt attempt(StepsWork work) {
    return new TestAttempt(StepsRuntime.NAME, work);
  }

  /** All the way, by a server that was just started. */
  Collected run(TestAttempt attempt) throws InterruptedException {
    return run(runtime(), attempt);
  }

  Collected run(StepsWork work) throws InterruptedException {
    return run(attempt(work));
  }

  static Collected run(StepsRuntime runtime, TestAttempt attempt) throws InterruptedException {
    runtime.prepare(attempt);
    runtime.start(attempt);
    ComputeEnd end = runtime.await(attempt);
    Collected collected = runtime.collect(attempt, end);
    runtime.clean(attempt.handle());
    return collected;
  }

  @Override
  public void close() {
    clients.close();
  }
}
