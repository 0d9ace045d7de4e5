/**
 * Taking a task in: admitted by policy, put into its lane, stored with its first line of history in
 * one transaction, and only then acknowledged. An external id that is known already names the task
 * it named before.
 */
@NullMarked
package org.millrace.engine.submission;

import org.jspecify.annotations.NullMarked;
