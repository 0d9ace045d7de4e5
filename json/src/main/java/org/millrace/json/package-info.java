/**
 * Foreign data as JSON text, exactly: digits of numbers and the order of fields stay as they are.
 */
@NullMarked
package org.millrace.json;

import org.jspecify.annotations.NullMarked;
