/** Which runtime takes a task: pure matching of requirements to offers. */
@NullMarked
package org.millrace.domain.placement;

import org.jspecify.annotations.NullMarked;
