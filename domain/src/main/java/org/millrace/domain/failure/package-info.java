/** Why a request is refused, and why work failed: values with causes. */
@NullMarked
package org.millrace.domain.failure;

import org.jspecify.annotations.NullMarked;
