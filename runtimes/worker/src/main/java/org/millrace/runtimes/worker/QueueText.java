package org.millrace.runtimes.worker;

import java.util.List;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;

/** Says in words what queues tell of work that is out. Pure. */
final class QueueText {
  private QueueText() {}

  /**
   * What keeps work from being done that was sent that way.
   *
   * @param boundAnew whether it was sent before the broker came back: then its queue may be there,
   *     bound to nothing until its worker is
   */
  static List<Cause> causes(
      String exchange, String route, List<WorkerQueue> led, boolean boundAnew) {
    return led.isEmpty()
        ? List.of(noQueue("no queue of exchange " + exchange + " takes " + route, boundAnew))
        : led.stream().map(QueueText::cause).toList();
  }

  private static Cause noQueue(String none, boolean boundAnew) {
    return boundAnew
        ? new Cause(
            "no-queue",
            none + " yet, since this server connected to its broker anew",
            "start a worker for it, or wait for those that connect again; the task is kept for it")
        : new Cause(
            "no-queue",
            none + " any more",
            "start a worker for it: the message is published again by itself, within minutes,"
                + " or within two hours if it has been out for long; if no queue takes it when"
                + " it is looked at, the task ends as unroutable and can be asked for again");
  }

  private static Cause cause(WorkerQueue queue) {
    String holds = "queue " + queue.name() + " holds " + messages(queue);
    if (queue.consumers() == 0) {
      return new Cause(
          "no-worker", holds + " and no worker takes them", "start a worker that consumes it");
    }
    String workers = ", those being worked on included; its workers: " + queue.consumers();
    return queue.givenBack()
        ? new Cause(
            "given-back",
            holds + workers + ", and messages have come back from them: refused, or unfinished",
            "if it goes on, look into the logs of its workers: what they refuse is given again at"
                + " once; a worker that was restarted may count until its message is done")
        : new Cause("with-workers", holds + workers, "wait, or start more");
  }

  private static String messages(WorkerQueue queue) {
    return queue.messages() == 1 ? "1 message" : queue.messages() + " messages";
  }
}
