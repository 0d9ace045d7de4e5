/**
 * DANE, as a face on the engine and as what is said to its workers: the document era, whose
 * documents, tasks and results clients handle over HTTP, and the job era, whose jobs are documents
 * with a run.
 *
 * <p>It only translates. Contract: {@code contracts/dane.md}; design: {@code docs/decisions/0011}.
 *
 * <pre>
 *   what clients and workers write      PythonJson, PythonText, PythonInt   as Python reads it
 *   POST document, task      GivenDocument, GivenTask --&gt; RegisterDocuments, AssignTasks
 *   GET anything             MarshalledForm &lt;-- DocumentViewStore
 *   a message to a worker    DaneProtocol, in LibraryForm
 *   an answer of a worker    DaneProtocol --&gt; DaneAnswer --&gt; Outcome
 *   number and message       DaneStates
 *
 *   POST job                 GivenJob, JobTree, JobFolders --&gt; Jobs --&gt; JobPlan --&gt; DocumentRuns
 *   GET job                  JobForm, JobResponse &lt;-- Jobs
 *   a message, an answer     JobProtocol; what else was answered: JobStates
 * </pre>
 *
 * <p>Objects of this wire are closed: one field more in an answer, and Python clients cannot load
 * it ({@code contracts/dane.md 2.1}).
 */
@NullMarked
package org.millrace.dane;

import org.jspecify.annotations.NullMarked;
