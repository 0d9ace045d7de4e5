/**
 * The GA4GH Task Execution Service, version 1.1 with 1.0 clients in mind, as a face on the engine.
 *
 * <p>It only translates. {@link org.millrace.tes.TesRoutes} takes requests; {@link
 * org.millrace.tes.TesMapper} makes a {@code TaskSpec} of a wire task or refuses it; {@link
 * org.millrace.tes.TesViews} makes a wire task of what the engine knows. The records named after
 * the schemas of the standard ({@code TesTask}, {@code TesInput}, ...) mirror the wire and go no
 * further.
 *
 * <pre>
 *   POST tasks ----&gt; TesJson.read --&gt; TesTask --&gt; TesMapper --&gt; TaskSpec --&gt; SubmitTask
 *   GET tasks/{id} &lt;- TesJson.write &lt;- TesTask &lt;-- TesViews &lt;--- TaskView &lt;--- TaskViews
 * </pre>
 *
 * <p>Contract ({@code contracts/tes.md}): an answer has no {@code null} and no field of our own,
 * since real clients reject both; a request may have both, and they are ignored. Nothing that was
 * refused is stored. What a client must not be told (passwords in URLs) is masked here, on the way
 * out.
 */
@NullMarked
package org.millrace.tes;

import org.jspecify.annotations.NullMarked;
