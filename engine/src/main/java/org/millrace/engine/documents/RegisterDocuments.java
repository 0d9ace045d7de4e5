package org.millrace.engine.documents;

import java.util.ArrayList;
import java.util.List;
import org.millrace.domain.document.Document;
import org.millrace.engine.documents.DocumentStore.Registered;

/** Takes documents. When it returns, they survive any crash. Thread-safe. */
public final class RegisterDocuments {
  /** In one transaction: nobody else writes meanwhile. */
  static final int AT_ONCE = 200;

  private final DocumentStore store;

  public RegisterDocuments(DocumentStore store) {
    this.store = store;
  }

  /**
   * Takes one.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, if nothing can be stored now
   */
  public Registered register(Document document) {
    return store.register(List.of(document)).getFirst();
  }

  /**
   * Takes many, some at a time; an answer for each, in this order. Where two have the same id, the
   * later one meets the earlier one.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, if nothing can be stored now;
   *     the first ones may be stored, and are found to exist when it is tried again
   */
  public List<Registered> register(List<Document> documents) {
    var answers = new ArrayList<Registered>();
    for (int from = 0; from < documents.size(); from += AT_ONCE) {
      answers.addAll(
          store.register(documents.subList(from, Math.min(documents.size(), from + AT_ONCE))));
    }
    return answers;
  }
}
