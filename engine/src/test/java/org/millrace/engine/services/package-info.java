/** Tests of what is refused of requests to services. */
@NullMarked
package org.millrace.engine.services;

import org.jspecify.annotations.NullMarked;
