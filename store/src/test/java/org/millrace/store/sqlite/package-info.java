/**
 * The contracts of the store ports on SQLite, and what SQLite alone can get wrong: plans, full
 * disks, kills.
 */
@NullMarked
package org.millrace.store.sqlite;

import org.jspecify.annotations.NullMarked;
