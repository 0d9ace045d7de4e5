package org.millrace.engine.documents;

/** Every port behind which documents are kept. */
public record DocumentPorts(
    DocumentStore store,
    DocumentViewStore views,
    SiblingStore siblings,
    DeadLetterStore deadLetters,
    DocumentRunStore runs,
    NumberStore numbers) {}
