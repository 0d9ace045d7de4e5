/**
 * The form in which values of the domain are stored: JSON whose names are those of the records.
 * What was written once must be readable for ever, so a name in it changes only together with a
 * migration.
 */
@NullMarked
package org.millrace.store.json;

import org.jspecify.annotations.NullMarked;
