/**
 * The requests that DANE's Python clients and workers make of Elasticsearch 7, answered from the
 * store ({@code contracts/dane.md 3.9}).
 *
 * <pre>
 *   _search, _msearch   SearchRequest: Templates -&gt; Query, SourceFilter -&gt; Finder -&gt; Found -&gt; Hits
 *   _doc, _bulk         Draft -&gt; Writer: RegisterDocuments, AssignTasks, SaveResult -&gt; Written
 *   _delete_by_query    Query -&gt; Deleter: DeleteDocuments
 *   _update_by_query    MassReset -&gt; AskAgain
 *   _update             noted in the task's history, not obeyed
 * </pre>
 *
 * <p>Nothing here interprets the query language. DANE's queries are built from fixed templates, so
 * they are recognised by shape; any other is refused with the place that was not understood. There
 * is one index, which is a view of one space; nothing is stored but what the engine stores. What an
 * index would keep beside (versions, sequence numbers, scores) is not counted, and has the same
 * value everywhere.
 *
 * <p>Invariants: every answer carries the product header, without which Python's client does not
 * start; a task's state is the engine's, whatever is written; results of overtaken attempts are in
 * no answer.
 */
@NullMarked
package org.millrace.dane.elasticsearch;

import org.jspecify.annotations.NullMarked;
