/**
 * Documents, the tasks assigned to them and what workers found out about them (DANE, document era).
 *
 * <p>A document names source material and its owner; a key of a document is one task for its whole
 * life. What its face tells of a task, a number and a message, is stored beside the core task, and
 * neither is derived from the other (docs/decisions/0011).
 *
 * <p>Ids of documents and tasks are hashes that clients compute as well. Everything belongs to a
 * space; the same hash in two spaces names two things.
 */
@NullMarked
package org.millrace.domain.document;

import org.jspecify.annotations.NullMarked;
