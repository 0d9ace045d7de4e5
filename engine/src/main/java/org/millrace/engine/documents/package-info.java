/**
 * Documents, the tasks assigned to them and their results (docs/decisions/0011).
 *
 * <pre>
 *   RegisterDocuments, AssignTasks, SaveResult, DeleteDocuments -> DocumentStore
 *   AskAgain -> TaskTransitions                                    (one door changes a task)
 *   a task is deferred, or completes -> a mark, in the same transaction
 *   DocumentAdvancer: marked -> Siblings.of (pure) -> create what is named, wake -> take the mark back
 * </pre>
 *
 * <p>Invariants: a document has at most one task for each key; numbers of attempts never restart
 * for one name; a mark is taken back only if nobody has set it anew; everything is asked for within
 * one space.
 */
@NullMarked
package org.millrace.engine.documents;

import org.jspecify.annotations.NullMarked;
