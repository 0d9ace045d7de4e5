package org.millrace.testkit.memory;

import org.millrace.domain.document.Document;

/** A document, and how many of its tasks have completed, each as often as it did. */
final class DocumentRow {
  private final Document document;
  private long completions;

  DocumentRow(Document document) {
    this.document = document;
  }

  Document document() {
    return document;
  }

  long completions() {
    return completions;
  }

  void countCompletion() {
    completions++;
  }
}
