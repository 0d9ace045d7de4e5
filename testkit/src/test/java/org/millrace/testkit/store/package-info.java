/** The tests that test stores find what they are there to find. */
@NullMarked
package org.millrace.testkit.store;

import org.jspecify.annotations.NullMarked;
