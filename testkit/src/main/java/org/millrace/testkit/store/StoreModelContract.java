package org.millrace.testkit.store;

import org.millrace.testkit.Seeded;
import org.millrace.testkit.memory.InMemoryStore;

/**
 * A store answers any sequence of calls as {@link InMemoryStore} does, which is the model of all
 * stores. Where the ports leave something open (an order, the form of a token, the numbers of lines
 * and deliveries), so does the comparison.
 */
public abstract class StoreModelContract extends StoreContract {

  @Seeded(oneIn = 10)
  void any_sequence_of_calls_is_answered_as_the_model_answers_it(long seed) {
    new SideBySide(store, new InMemoryStore().ports(), seed).play(500);
  }

  @Seeded(oneIn = 10)
  void any_sequence_of_calls_about_runs_is_answered_as_the_model_answers_it(long seed) {
    new RunsSideBySide(store, new InMemoryStore().ports(), seed).play(500);
  }

  @Seeded(oneIn = 10)
  void any_sequence_of_calls_about_documents_is_answered_as_the_model_answers_it(long seed) {
    new DocumentsSideBySide(store, new InMemoryStore().ports(), seed).play(500);
  }
}
