/**
 * One typed configuration out of many sources: defaults, files, environment, flags. Every problem
 * is reported at once, every value knows where it came from, secrets are masked.
 */
@NullMarked
package org.millrace.server.config;

import org.jspecify.annotations.NullMarked;
