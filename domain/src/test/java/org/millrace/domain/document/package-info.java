@NullMarked
package org.millrace.domain.document;

import org.jspecify.annotations.NullMarked;
