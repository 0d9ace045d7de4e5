/** Bringing declared files in and out, and whom we may talk to for that. */
@NullMarked
package org.millrace.engine.staging;

import org.jspecify.annotations.NullMarked;
