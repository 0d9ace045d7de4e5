/**
 * What tests of several modules share: fixtures, the contracts of the ports, and fakes that pass
 * them.
 *
 * <p>Fixtures are values with sensible parts, changed by naming what matters to the test: {@code
 * aTask("one").of("ada").inLane("sandbox")}. Time and ids are the test's own; nothing here reads a
 * clock.
 */
@NullMarked
package org.millrace.testkit;

import org.jspecify.annotations.NullMarked;
