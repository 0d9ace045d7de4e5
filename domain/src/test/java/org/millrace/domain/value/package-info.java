@NullMarked
package org.millrace.domain.value;

import org.jspecify.annotations.NullMarked;
