@NullMarked
package org.millrace.domain.run;

import org.jspecify.annotations.NullMarked;
