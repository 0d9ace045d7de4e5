/** Tasks as tests of runtimes want them, and what such tests need besides. */
@NullMarked
package org.millrace.testkit.runtime;

import org.jspecify.annotations.NullMarked;
