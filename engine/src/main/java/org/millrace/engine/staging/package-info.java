/**
 * Bringing declared files in and out, and whom we may talk to for that.
 *
 * <p>Invariants: no link is followed out of the task's folder; a destination is allowed by policy
 * before a byte moves; every file that was moved is recorded with size and SHA-256; passwords and
 * signatures of URLs are in no record, log or view in clear. What cannot be brought is a cause that
 * names file and reason, and does not keep the other files.
 */
@NullMarked
package org.millrace.engine.staging;

import org.jspecify.annotations.NullMarked;
