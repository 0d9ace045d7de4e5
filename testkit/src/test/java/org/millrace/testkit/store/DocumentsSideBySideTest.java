package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.Transition;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DocumentStore;
import org.millrace.engine.documents.DocumentViewStore.Except;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.engine.transition.TransitionStore.Change;
import org.millrace.testkit.memory.InMemoryStore;

final class DocumentsSideBySideTest {
  private static final int SEEDS = 20;

  @Test
  void the_calls_reach_every_answer_and_every_number() {
    Set<String> reached = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      StorePorts store = new InMemoryStore().ports();
      StorePorts heard = listening(store, reached);
      new DocumentsSideBySide(heard, new InMemoryStore().ports(), seed).play(500);
      store
          .documents()
          .views()
          .except(new Except(new Space("dane"), Optional.empty(), Set.of()), Optional.empty(), 999)
          .forEach(task -> reached.add(Integer.toString(task.entry().face().number())));
    }

    assertThat(reached)
        .contains("Stored", "Exists", "Clash", "Known", "NoDocument", "Full", "Same", "NoTask")
        .contains("true", "false", "ABSENT", "BEGUN", "DONE")
        .contains("102", "200", "201", "412", "500", "503");
  }

  @Test
  void a_face_that_is_never_asked_is_found() {
    assertFound(store ->
        Intercepted.replacing(
            store,
            TransitionStore.class,
            changing(
                store.transitions(),
                change ->
                    new Change(
                        change.at(),
                        change.decide(),
                        change.news(),
                        FaceRule.UNCHANGED,
                        change.tell()))));
  }

  @Test
  void a_task_that_is_not_deleted_is_found() {
    assertFound(store ->
        Intercepted.ports(store, call -> call.method().equals("deleteTask") ? true : call.make()));
  }

  private static TransitionStore changing(TransitionStore good, UnaryOperator<Change> fault) {
    return new TransitionStore() {
      @Override
      public Optional<Transition> apply(TaskId id, Change change) {
        return good.apply(id, fault.apply(change));
      }

      @Override
      public boolean note(TaskId id, Lease lease, AttemptReport report) {
        return good.note(id, lease, report);
      }
    };
  }

  private static void assertFound(UnaryOperator<StorePorts> fault) {
    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed <= SEEDS; seed++) {
                StorePorts faulty = fault.apply(new InMemoryStore().ports());
                new DocumentsSideBySide(faulty, new InMemoryStore().ports(), seed).play(500);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ");
  }

  /** The same, and the name of each answer. */
  private static StorePorts listening(StorePorts good, Set<String> heard) {
    return Intercepted.ports(
        good,
        call -> {
          Object answer = call.make();
          if (call.isOf(DocumentStore.class) && answer != null) {
            hear(answer, heard);
          }
          return answer;
        });
  }

  private static void hear(Object answer, Set<String> heard) {
    if (answer instanceof Iterable<?> each) {
      each.forEach(one -> heard.add(one.getClass().getSimpleName()));
    } else {
      heard.add(answer.getClass().getSimpleName());
      heard.add(answer.toString());
    }
  }
}
