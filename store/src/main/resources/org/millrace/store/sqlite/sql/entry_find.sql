-- An assigned task beside its core task, when that changes.
SELECT e.document, e.number, e.message, e.also, e.updated_at, e.waiting, e.seen, e.marks, e.marked, d.completions
  FROM document_task e CROSS JOIN document d ON d.seq = e.document
 WHERE e.task = :task
