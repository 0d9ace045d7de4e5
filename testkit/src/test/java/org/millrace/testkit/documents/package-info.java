/** The use cases of documents, on the store in memory (docs/decisions/0003). */
@NullMarked
package org.millrace.testkit.documents;

import org.jspecify.annotations.NullMarked;
